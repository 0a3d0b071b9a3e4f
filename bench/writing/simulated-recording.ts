import { RecorderJournal, type TickWrite } from '../../src/record/journal/recorder-journal.js';
import type { TrackerState } from '../../src/record/tracker/state.js';
import { observe, settleAll } from '../../src/record/tracker/tracker.js';
import { type Plan, simulatedPs } from '../../test/simulation/kernel.js';
import { simulatedRun } from '../../test/simulation/run-start.js';

/** Wall time at boot time 0; a quarter-hour begins there. */
export const BOOTED_MS = Date.UTC(2026, 0, 1);

const RECORDER_PID = 4_242;
const SELECTION = {
  programs: [],
  forks: true,
  users: new Set<string>(),
  recorderPid: RECORDER_PID,
};

/** A new journal with a run that has begun, and where its tracker goes on from. */
export function beginJournal(path: string): { journal: RecorderJournal; state: TrackerState } {
  const journal = RecorderJournal.open(path, 'simulated', BOOTED_MS);
  const state = journal.beginRun(simulatedRun({ pid: RECORDER_PID, anchorMs: BOOTED_MS }));
  return { journal, state };
}

/** What a sample of simulated processes makes the recorder write. */
export function sample(
  before: TrackerState,
  processes: Plan[],
  bootMs: number,
): { state: TrackerState; tick: TickWrite } {
  const at = { anchorMs: BOOTED_MS, afterGap: false };
  const { state, changes } = observe(before, simulatedPs(processes, bootMs), at, SELECTION);
  return { state, tick: { changes, heartbeat: heartbeatAt(bootMs) } };
}

/** The real tracker and a real journal, on processes that a bench decides; without a clock. */
export class SimulatedRecording {
  readonly #journal: RecorderJournal;
  #state: TrackerState;
  #bootMs = 0;

  constructor(path: string) {
    const { journal, state } = beginJournal(path);
    this.#journal = journal;
    this.#state = state;
  }

  tick(processes: Plan[], bootMs: number): void {
    const { state, tick } = sample(this.#state, processes, bootMs);
    this.#journal.writeTick(tick);
    this.#state = state;
    this.#bootMs = bootMs;
  }

  end(): void {
    const { changes } = settleAll(this.#state);
    const endedMs = BOOTED_MS + this.#bootMs;
    this.#journal.endRun(changes, heartbeatAt(this.#bootMs), endedMs, 'stopped');
    this.#journal.close();
  }
}

function heartbeatAt(bootMs: number): TickWrite['heartbeat'] {
  const lastTickMs = BOOTED_MS + bootMs;
  return {
    lastTickMs,
    lastTickBootMs: bootMs,
    anchorMs: BOOTED_MS,
    ppid: 1,
    cpuMs: bootMs / 100,
    agesUnknown: 0,
  };
}
