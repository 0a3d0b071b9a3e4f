import { PsusageError } from '../shared/errors.js';
import { harmlessText } from '../shared/harmless-text.js';
import type { Failure } from './gaps.js';
import type { Gap } from './journal/runs.js';
import type { Log } from './log.js';
import type { Snapshot } from './ps/sample.js';
import { nearNames } from '../shared/near-names.js';
import type { Selection } from './select/selection.js';
import type { ClockStep } from './wall-clock.js';

interface SampledTick {
  snapshot: Snapshot;
  gap: Gap | undefined;
  step: ClockStep | undefined;
  /** Why what it changed is kept in memory; undefined when it is written. */
  kept: Error | undefined;
  /** Followed now. */
  processes: number;
}

/** Says what happens to a recording: each stretch of trouble once, when it begins and when it is over. */
export class RecorderLog {
  #gaps = 0;
  #isFailing = false;
  #gapMs = 0;
  #isKeeping = false;
  #hasMatched = false;
  #hasSaidWaiting = false;
  #hasSaidAgesUnknown = false;

  constructor(
    private readonly log: Log,
    private readonly selection: Selection,
  ) {}

  get gaps(): number {
    return this.#gaps;
  }

  failed({ message }: Failure): void {
    this.#isFailing = true;
    this.log.warn({ why: message }, 'sampling fails; no process is taken for ended');
  }

  sampled({ snapshot, gap, step, kept, processes }: SampledTick): void {
    this.#sayGap(gap);
    this.#sayKept(kept);
    if (step !== undefined) {
      this.log.warn({ seconds: (step.afterMs - step.beforeMs) / 1000 }, 'the wall clock was set');
    }
    this.#sayAgesUnknown(snapshot);
    this.#sayWhetherMatched(snapshot, processes);
  }

  #sayAgesUnknown({ areAgesTrue }: Snapshot): void {
    if (areAgesTrue || this.#hasSaidAgesUnknown) return;
    this.#hasSaidAgesUnknown = true;
    this.log.warn(
      'ps can’t tell how old processes are: the uptime here is the container’s own, and their starts are the host’s; ' +
        'CPU time is known to a second a process, and a process starts when it is first seen',
    );
  }

  #sayGap(gap: Gap | undefined): void {
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

  #sayKept(kept: Error | undefined): void {
    if (kept !== undefined && !this.#isKeeping) {
      const hint = kept instanceof PsusageError ? kept.hint : undefined;
      this.log.warn(
        { why: kept.message, ...(hint === undefined ? {} : { hint }) },
        'the journal can’t be written; keeping what happens in memory',
      );
    }
    if (kept === undefined && this.#isKeeping) this.log.info('what was kept is in the journal now');
    this.#isKeeping = kept !== undefined;
  }

  #sayWhetherMatched(snapshot: Snapshot, processes: number): void {
    const { programs, users } = this.selection;
    if (this.#hasMatched || (programs.length === 0 && users.size === 0)) return;
    this.#hasMatched = processes > 0;
    if (this.#hasMatched) {
      this.log.info({ processes }, 'following');
    } else if (!this.#hasSaidWaiting) {
      this.#hasSaidWaiting = true;
      const samples = [...snapshot.samples.values()];
      const near = [
        ...programs.flatMap(({ program }) =>
          nearNames(
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
      this.log.warn({ near: near.map(harmlessText) }, 'no process matches yet; waiting for one');
    }
  }
}
