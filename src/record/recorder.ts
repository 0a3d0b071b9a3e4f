import { isDamage, isPassing, type JournalError } from '../shared/journal/errors.js';
import {
  type Clock,
  type ClockReading,
  type ClockStep,
  clockStep,
  type Failure,
  type Gap,
  gapBetween,
  isGap,
  toAnchorMs,
} from './clock.js';
import type { RecorderJournal } from './journal/recorder-journal.js';
import type { Heartbeat } from './journal/recorder-run.js';
import { chooseInterest } from './tracker/interest.js';
import { bestSelfCpuMs } from './tracker/self.js';
import type { TrackerState } from './tracker/state.js';
import { observe, settleAll } from './tracker/tracker.js';
import { knowsAllChildren, type Selection } from './tracker/selection.js';
import type { Log } from './log.js';
import { PsError } from './ps/errors.js';
import type { Interest } from './ps/query.js';
import type { Snapshot } from './ps/sample.js';
import { areUsersUnmapped } from './ps/user-namespace.js';
import { NumberedUsers } from './ps/users.js';
import { RecorderLog } from './recorder-log.js';
import { UnmatchedPrograms } from './unmatched-programs.js';

export interface RecorderParts {
  clock: Clock;
  journal: RecorderJournal;
  log: Log;
  selection: Selection;
  intervalMs: number;
  takeSnapshot: (interest: Interest, signal: AbortSignal) => Promise<Snapshot>;
  ownUid: number;
  /** As `readOverflowUid` tells. */
  overflowUid: number | undefined;
  /** Whether a user has a name for which ps shows the uid. */
  isShownAsNumber: (uid: number) => Promise<boolean>;
}

/** What became of a tick's sample: written, kept in memory until it can be, or missed. */
export type TickOutcome =
  { kind: 'written' } | { kind: 'kept'; why: string } | { kind: 'missed'; why: string };

/** The last sample: when it began, by all clocks, and when it was done, by boot time. */
interface LastSample {
  reading: ClockReading;
  doneBootMs: number;
}

/** What the clocks say of a tick, compared with the last one. */
interface TickTime {
  bootMs: number;
  step: ClockStep | undefined;
  gap: Gap | undefined;
  at: { anchorMs: number; afterGap: boolean };
}

/** Takes samples, one tick at a time, and keeps the journal up to date. */
export class Recorder {
  readonly #log: RecorderLog;
  readonly #numberedUsers: NumberedUsers;
  readonly #unmatched: UnmatchedPrograms;
  #state: TrackerState;
  /** As of the last tick that is in the journal. */
  #written: TrackerState;
  #last: LastSample | undefined;
  #failure: Failure | undefined;
  #areAgesTrue = true;
  #areUsersUnmapped = false;

  /** @param state what an earlier run of this boot left, from `RecorderJournal.beginRun` */
  constructor(
    private readonly parts: RecorderParts,
    state: TrackerState,
  ) {
    this.#state = state;
    this.#written = state;
    this.#log = new RecorderLog(parts.log, parts.selection);
    this.#numberedUsers = new NumberedUsers(parts.isShownAsNumber);
    this.#unmatched = new UnmatchedPrograms(parts.selection.programs, parts.log);
  }

  /** Processes that are followed now. */
  get processes(): number {
    let alive = 0;
    for (const { condition } of this.#state.lifecycles.values()) {
      if (condition === 'alive') alive += 1;
    }
    return alive;
  }

  /** Gaps of this run. */
  get gaps(): number {
    return this.#log.gaps;
  }

  /**
   * Takes one sample. One that fails is a gap and nothing else; so is one that can neither be written
   * nor kept: the next sample then tells what this one would have told.
   *
   * @param isLast no sample follows that could show what this one skips
   */
  async tick(signal: AbortSignal, isLast = false): Promise<TickOutcome> {
    const reading = this.parts.clock.read();
    const moment = this.#readMoment(reading);
    try {
      const snapshot = await this.parts.takeSnapshot(this.#interest(moment, isLast), signal);
      return this.#take(snapshot, reading, moment);
    } catch (error) {
      if (error instanceof PsError) return this.#miss({ kind: 'ps', message: error.message });
      if (isDamage(error)) return this.#replaceJournal(error);
      if (isPassing(error)) return this.#miss({ kind: 'journal', message: error.message });
      throw error;
    }
  }

  /** Settles what is pending and ends the run. */
  end(reason: 'stopped' | 'failed'): void {
    try {
      this.#end(reason);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#replaceJournal(error);
      this.#end(reason);
    }
  }

  #end(reason: 'stopped' | 'failed'): void {
    const { state, changes } = settleAll(this.#state);
    this.#state = state;
    const heartbeat = this.#last && this.#heartbeat(this.#last.reading.bootMs, state);
    this.parts.journal.endRun(changes, heartbeat, this.parts.clock.read().wallMs, reason);
  }

  #interest({ bootMs, at }: TickTime, isLast: boolean): Interest {
    const knowsAll = knowsAllChildren(this.parts.selection);
    const next = { bootMs, ...at, knowsAllChildren: knowsAll };
    const { everything, due, idle } = chooseInterest(this.#state, next);
    // After a lost sample it is not known what is idle.
    const wantsAll = everything || this.#failure !== undefined;
    return isLast
      ? { bootMs, everything: wantsAll, due: [...due, ...idle], idle: [] }
      : { bootMs, everything: wantsAll, due, idle };
  }

  #readMoment(reading: ClockReading): TickTime {
    const step = clockStep(this.#state.anchorMs, reading);
    const anchorMs = step === undefined ? this.#state.anchorMs : toAnchorMs(reading);
    const gap = this.#gapBefore(reading, anchorMs);
    return { bootMs: reading.bootMs, step, gap, at: { anchorMs, afterGap: gap !== undefined } };
  }

  #take(snapshot: Snapshot, reading: ClockReading, { step, gap, at }: TickTime): TickOutcome {
    const { journal, selection } = this.parts;
    const userNames = this.#numberedUsers.withoutOthers(this.#state.userNames);
    const { state, changes } = observe({ ...this.#state, userNames }, snapshot, at, selection);
    this.#numberedUsers.lookUp(snapshot.samples, state.userNames, reading.monotonicMs);
    this.#areAgesTrue = snapshot.areAgesTrue;
    if (snapshot.isWhole) this.#noticeUnmappedUsers(snapshot);
    this.#unmatched.sampled(snapshot);
    const heartbeat = this.#heartbeat(snapshot.takenFromBootMs, state);
    const kept = journal.writeTick({ changes, heartbeat, gap, step });
    this.#state = state;
    if (kept === undefined) this.#written = state;
    this.#last = { reading, doneBootMs: snapshot.takenToBootMs };
    this.#failure = undefined;
    this.#log.sampled({ snapshot, gap, step, kept, processes: this.processes });
    return kept === undefined ? { kind: 'written' } : { kind: 'kept', why: kept.message };
  }

  #noticeUnmappedUsers(snapshot: Snapshot): void {
    const { overflowUid, ownUid } = this.parts;
    if (this.#areUsersUnmapped || overflowUid === undefined) return;
    this.#areUsersUnmapped = areUsersUnmapped(snapshot, { overflowUid, ownUid });
    if (this.#areUsersUnmapped) this.#log.usersUnmapped(overflowUid);
  }

  #gapBefore(now: ClockReading, anchorMs: number): Gap | undefined {
    if (this.#last === undefined) return undefined;
    const { reading, doneBootMs } = this.#last;
    if (!isGap(now.bootMs - doneBootMs, this.parts.intervalMs)) return undefined;
    const anchors = { lastMs: this.#state.anchorMs, nowMs: anchorMs };
    return gapBetween(reading, now, anchors, this.#failure);
  }

  #heartbeat(bootMs: number, { anchorMs, self }: TrackerState): Heartbeat {
    return {
      lastTickMs: anchorMs + bootMs,
      lastTickBootMs: bootMs,
      anchorMs,
      ppid: self.recorder?.ppid ?? null,
      cpuMs: self.recorder === undefined ? null : bestSelfCpuMs(self),
      agesUnknown: this.#areAgesTrue ? 0 : 1,
      usersUnmapped: this.#areUsersUnmapped ? 1 : 0,
      unmatched: this.#unmatched.list,
    };
  }

  /** The next sample writes to the new journal what this one would have written. */
  #replaceJournal(damage: JournalError): TickOutcome {
    const { journal, clock } = this.parts;
    this.#state = journal.replaceDamaged(this.#written, damage, clock.read().wallMs);
    this.#written = this.#state;
    this.#failure = { kind: 'journal', message: damage.message };
    return { kind: 'missed', why: damage.message };
  }

  #miss(failure: Failure): TickOutcome {
    if (this.#failure === undefined) this.#log.failed(failure);
    this.#failure = failure;
    return { kind: 'missed', why: failure.message };
  }
}
