import type { TickWrite } from '../../src/record/journal/recorder-journal.js';
import { emptyState, type TrackerState } from '../../src/record/tracker/state.js';
import { type Plan, plan } from '../../test/simulation/kernel.js';
import { BOOTED_MS, sample } from './simulated-recording.js';

const FIRST_PID = 1_000;
const FIRST_UID = 1001;
const USERS = 50;
const COMMANDS = ['php-fpm8.2', 'mysqld', 'node', 'ruby'];

/** So much CPU time that what is certain of it grows at each sample. */
const LEAST_PERCENT = 10;
const MOST_PERCENT = 90;

const FIRST_SAMPLE_MS = 100_000;
const INTERVAL_MS = 1_000;

/** Processes of fifty users that all use CPU time all the time; no start and no end among them. */
export function changingProcesses(count: number): Plan[] {
  const init = plan({ pid: 1, ppid: 0, uid: 0, comm: 'init', ignoresChildren: true });
  const workers = Array.from({ length: count }, (_, at) =>
    plan({
      pid: FIRST_PID + at,
      uid: FIRST_UID + (at % USERS),
      comm: COMMANDS[at % COMMANDS.length] ?? 'php-fpm8.2',
      percent: LEAST_PERCENT + (at % (MOST_PERCENT - LEAST_PERCENT)),
      ignoresChildren: true,
    }),
  );
  return [init, ...workers];
}

/** What so many samples of them, a second apart, make the recorder write. */
export function ticksOf(processes: Plan[], count: number): TickWrite[] {
  const ticks = ticksFrom(emptyState(BOOTED_MS, { process: 1, credit: 1 }), processes);
  return Array.from({ length: count }, () => ticks.next().value);
}

/** The same without an end, of a tracker that goes on from `begun`. */
export function* ticksFrom(
  begun: TrackerState,
  processes: Plan[],
): Generator<TickWrite, never, void> {
  let state = begun;
  for (let bootMs = FIRST_SAMPLE_MS; ; bootMs += INTERVAL_MS) {
    const sampled = sample(state, processes, bootMs);
    state = sampled.state;
    yield sampled.tick;
  }
}
