import { isPassing } from '../shared/journal/errors.js';
import type { Clock, ClockReading } from './clock.js';
import { type Failure, gapBetween, isGap } from './gaps.js';
import type { RecorderJournal } from './journal/recorder-journal.js';
import type { Gap, Heartbeat } from './journal/runs.js';
import { observe, settleAll, type TrackerState } from './lifecycle/tracker.js';
import type { Log } from './log.js';
import { PsError } from './ps/errors.js';
import type { Snapshot } from './ps/sample.js';
import { nearNames } from './select/near-names.js';
import type { Selection } from './select/selection.js';
import { anchorOf, clockStep, type ClockStep } from './wall-clock.js';

export interface RecorderParts {
  clock: Clock;
  journal: RecorderJournal;
  log: Log;
  selection: Selection;
  intervalMs: number;
  takeSnapshot: (signal: AbortSignal) => Promise<Snapshot>;
}

/** Takes samples, one tick at a time, and keeps the journal at what they say. */
export class Recorder {
  #state: TrackerState;
  #last: ClockReading | undefined;
  #failure: Failure | undefined;
  #gaps = 0;
  #hasMatched = false;
  #hasSaidWaiting = false;

  /** @param state what an earlier run of this boot left, from `RecorderJournal.beginRun` */
  constructor(
    private readonly parts: RecorderParts,
    state: TrackerState,
  ) {
    this.#state = state;
  }

  /** Processes that are followed now. */
  get processes(): number {
    return [...this.#state.lifecycles.values()].filter((each) => each.condition === 'alive').length;
  }

  /** Gaps of this run. */
  get gaps(): number {
    return this.#gaps;
  }

  /**
   * Takes one sample. One that fails is a gap and nothing else; so is one that can't be written: the
   * next sample then says what this one would have said.
   */
  async tick(signal: AbortSignal): Promise<void> {
    const reading = this.parts.clock.read();
    try {
      const snapshot = await this.parts.takeSnapshot(signal);
      this.#take(snapshot, reading);
    } catch (error) {
      if (error instanceof PsError) this.#miss({ kind: 'ps', message: error.message });
      else if (isPassing(error)) this.#miss({ kind: 'journal', message: error.message });
      else throw error;
    }
  }

  /** Completes what is settling and ends the run. */
  end(reason: 'stopped' | 'failed'): void {
    const { state, changes } = settleAll(this.#state);
    this.#state = state;
    const heartbeat = this.#last && this.#heartbeat(this.#last.bootMs, state.anchorMs);
    this.parts.journal.endRun(changes, heartbeat, this.parts.clock.read().wallMs, reason);
  }

  #take(snapshot: Snapshot, reading: ClockReading): void {
    const { journal, selection } = this.parts;
    const step = clockStep(this.#state.anchorMs, reading);
    const anchorMs = step === undefined ? this.#state.anchorMs : anchorOf(reading);
    const gap = this.#gapBefore(reading, anchorMs);
    const at = { anchorMs, afterGap: gap !== undefined };
    const { state, changes } = observe(this.#state, snapshot, at, selection);
    const heartbeat = this.#heartbeat(snapshot.takenFromBootMs, anchorMs);
    journal.writeTick({ changes, heartbeat, gap, step });
    this.#state = state;
    this.#last = reading;
    this.#sayWhatHappened(snapshot, gap, step);
  }

  #gapBefore(now: ClockReading, anchorMs: number): Gap | undefined {
    if (this.#last === undefined) return undefined;
    const isMissing = isGap(now.bootMs - this.#last.bootMs, this.parts.intervalMs);
    return isMissing ? gapBetween(this.#last, now, anchorMs, this.#failure) : undefined;
  }

  #heartbeat(bootMs: number, anchorMs: number): Heartbeat {
    return { lastTickMs: anchorMs + bootMs, lastTickBootMs: bootMs, anchorMs };
  }

  #miss(failure: Failure): void {
    if (this.#failure === undefined) {
      this.parts.log.warn(
        { why: failure.message },
        'sampling fails; no process is taken for ended',
      );
    }
    this.#failure = failure;
  }

  #sayWhatHappened(snapshot: Snapshot, gap: Gap | undefined, step: ClockStep | undefined): void {
    const { log } = this.parts;
    if (gap !== undefined) {
      this.#gaps += 1;
      log.warn(
        { reason: gap.reason, seconds: gap.durationMs / 1000 },
        'a gap in the recording is over',
      );
    } else if (this.#failure !== undefined) {
      log.info('sampling works again');
    }
    this.#failure = undefined;
    if (step !== undefined) {
      log.warn({ seconds: (step.afterMs - step.beforeMs) / 1000 }, 'the wall clock was set');
    }
    this.#sayWhetherMatched(snapshot);
  }

  #sayWhetherMatched(snapshot: Snapshot): void {
    const { log, selection } = this.parts;
    if (this.#hasMatched || selection.programs.length === 0) return;
    this.#hasMatched = this.processes > 0;
    if (this.#hasMatched) {
      log.info({ processes: this.processes }, 'following');
    } else if (!this.#hasSaidWaiting) {
      this.#hasSaidWaiting = true;
      const comms = [...snapshot.samples.values()].map((each) => each.comm);
      const near = selection.programs.flatMap(({ program }) => nearNames(program, comms));
      log.warn({ near }, 'no process matches yet; waiting for one');
    }
  }
}
