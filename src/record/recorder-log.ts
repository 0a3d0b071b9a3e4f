import { PsusageError } from '../shared/errors.js';
import { sanitize } from '../shared/sanitize.js';
import type { ClockStep, Failure, Gap } from './clock.js';
import type { JournalNotice } from './journal/journal-file.js';
import type { Log } from './log.js';
import type { Ps } from './ps/prepare.js';
import type { Snapshot } from './ps/sample.js';
import { nearNames } from '../shared/near-names.js';
import { nearPrograms } from './tracker/near-programs.js';
import type { Selection } from './tracker/selection.js';

interface SampledTick {
  snapshot: Snapshot;
  gap: Gap | undefined;
  step: ClockStep | undefined;
  /** Why what it changed is kept in memory; undefined when it is written. */
  kept: Error | undefined;
  /** Followed now. */
  processes: number;
}

/** Logs what happens to a recording: each stretch of trouble once, when it begins and when it is over. */
export class RecorderLog {
  #gaps = 0;
  #isFailing = false;
  #gapMs = 0;
  #isKeeping = false;
  #hasMatched = false;
  #hasLoggedWaiting = false;
  #hasLoggedAgesUnknown = false;

  constructor(
    private readonly log: Log,
    private readonly selection: Selection,
  ) {}

  get gaps(): number {
    return this.#gaps;
  }

  failed({ message }: Failure): void {
    this.#isFailing = true;
    this.log.warn({ why: message }, 'sampling fails; running processes are kept as they are');
  }

  usersUnmapped(uid: number): void {
    this.log.warn(
      { uid },
      'this user namespace knows few users; the kernel shows all others as one, and they are one row; ' +
        'record outside of it (systemd: PrivateUsers=no)',
    );
  }

  sampled({ snapshot, gap, step, kept, processes }: SampledTick): void {
    this.#logGap(gap);
    this.#logKept(kept);
    if (step !== undefined) {
      this.log.warn({ seconds: (step.afterMs - step.beforeMs) / 1000 }, 'the wall clock was set');
    }
    this.#logAgesUnknown(snapshot);
    this.#logMatch(snapshot, processes);
  }

  #logAgesUnknown({ areAgesTrue }: Snapshot): void {
    if (areAgesTrue || this.#hasLoggedAgesUnknown) return;
    this.#hasLoggedAgesUnknown = true;
    this.log.warn(
      'ps can’t tell how old processes are: the uptime here is the container’s own, and their starts are the host’s; ' +
        'CPU time is known to a second per process, and a process starts when it is first seen',
    );
  }

  #logGap(gap: Gap | undefined): void {
    if (gap !== undefined) {
      if (this.#gapMs === 0) {
        this.#gaps += 1;
        this.log.warn(
          { reason: gap.reason, seconds: gap.durationMs / 1000 },
          'a gap in the recording',
        );
      }
      this.#gapMs += gap.durationMs;
    } else if (this.#gapMs > 0 || this.#isFailing) {
      this.log.info({ seconds: this.#gapMs / 1000 }, 'recording without gaps again');
      this.#gapMs = 0;
    }
    this.#isFailing = false;
  }

  #logKept(kept: Error | undefined): void {
    if (kept !== undefined && !this.#isKeeping) {
      const hint = kept instanceof PsusageError ? kept.hint : undefined;
      this.log.warn(
        { why: kept.message, ...(hint === undefined ? {} : { hint }) },
        'the journal cannot be written; new data is kept in memory',
      );
    }
    if (kept === undefined && this.#isKeeping)
      this.log.info('the journal can be written again; it has what was kept');
    this.#isKeeping = kept !== undefined;
  }

  #logMatch(snapshot: Snapshot, processes: number): void {
    const { programs, users } = this.selection;
    if (this.#hasMatched || (programs.length === 0 && users.size === 0)) return;
    this.#hasMatched = processes > 0;
    if (this.#hasMatched) {
      this.log.info({ processes }, 'following');
    } else if (!this.#hasLoggedWaiting) {
      this.#hasLoggedWaiting = true;
      const samples = [...snapshot.samples.values()];
      const near = [
        ...programs.flatMap((program) =>
          nearPrograms(
            program,
            samples.map((each) => each.comm),
          ),
        ),
        ...[...users].flatMap((user) =>
          nearNames(
            user,
            samples.map((each) => each.user),
          ),
        ),
      ];
      this.log.warn({ near: near.map(sanitize) }, 'no process matches yet; waiting for one');
    }
  }
}

/** Logs what has happened to the journal's file, and what can be done about it. */
export function logJournalNotice(log: Log, journal: string, notice: JournalNotice): void {
  switch (notice.kind) {
    case 'set aside': {
      const { asidePath, why } = notice;
      const hint = `copy what can be read: psusage salvage ${asidePath} --output ${asidePath}.salvaged`;
      log.error(
        { journal, asidePath, why, hint },
        'the journal is damaged; it was set aside, and recording continues in a new one',
      );
      return;
    }
    case 'put back':
      log.error({ journal }, 'the journal was removed; it was restored, and recording continues');
      return;
    case 'log put back':
      log.error({ journal }, 'the journal’s -wal file was removed; nothing is lost');
      return;
  }
}

/** Logs what this machine's ps can't tell. */
export function logPsLimits(log: Log, ps: Pick<Ps, 'visibility' | 'precision'>): void {
  if (ps.visibility === 'own') {
    log.warn('the kernel hides other users’ processes from this user; run as root to see all');
  }
  if (ps.precision === 'pcpu') {
    log.warn(
      'this ps is from procps 3.3: a process’s own CPU time is known to 0.1 % of its age, and to a second after ' +
        'a quarter of an hour or once its children have ended; sums are right to a second per parent (procps 4 is more exact)',
    );
  }
}
