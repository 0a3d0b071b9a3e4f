import { MS_PER_DAY } from '../../src/shared/units.js';
import { seededRandom } from '../random.js';
import { customerHost, sumPlannedMs } from './customer-host.js';
import { writeEmptyJournal, writeJournal } from './recording.js';
import { listMissedSpans, type RecorderRuns } from './runs.js';

const SEED = 1;

/** The example is of four vCPUs and ninety days, the last of which is not over. */
export const EXAMPLE_FROM_MS = Date.parse('2026-08-28T00:00:00Z');
export const EXAMPLE_TO_MS = Date.parse('2026-11-25T16:30:00Z');

/** The recorder was stopped for some hours of a night. */
const STOPPED = span('2026-10-07T01:15:00Z', '2026-10-07T03:30:00Z');

/** On one day ps failed for so long that the day does not count. */
const FAILED = [
  span('2026-10-20T08:00:00Z', '2026-10-20T10:00:00Z'),
  span('2026-10-20T11:30:00Z', '2026-10-20T13:30:00Z'),
  span('2026-10-20T14:00:00Z', '2026-10-20T16:00:00Z'),
];

const EXAMPLE_RECORDER: RecorderRuns = {
  vcpus: 4,
  runs: [
    { fromMs: EXAMPLE_FROM_MS, toMs: STOPPED.fromMs },
    { fromMs: STOPPED.toMs, toMs: EXAMPLE_TO_MS },
  ],
  gaps: FAILED,
};

/** Of the other journals: a recorder is stopped and started again, for an update, so often. */
const RUN_MS = 10 * MS_PER_DAY;

/** Between two runs, and as long as a gap in the middle of each. */
const PAUSE_MS = 20_000;

/** What a journal is to hold. */
export interface GeneratedJournal {
  /** Lifecycles of customers, in all, within a few per cent; services that live all the time come on top. */
  readonly lifecycles: number;
  readonly days: number;
  /** The end of the last day in UTC, in ms since 1970. */
  readonly toMs: number;
  readonly seed?: number;
}

/** Makes the journal that examples are shown of: always the same rows. It takes some seconds. */
export function generateExample(path: string): void {
  const random = seededRandom(SEED);
  const [fromMs, toMs] = [EXAMPLE_FROM_MS, EXAMPLE_TO_MS];
  const host = customerHost(random, { fromMs, missed: listMissedSpans(EXAMPLE_RECORDER) });
  writeJournal(path, { host, recorder: EXAMPLE_RECORDER, fromMs, toMs }, random);
}

/**
 * Makes a journal as a recorder would have left it on the example's host, the same rows for the same seed; of runs
 * without any process where no lifecycles are wanted. A million of them take half a minute.
 */
export function generateJournal(path: string, wanted: GeneratedJournal): void {
  const { lifecycles, days, toMs, seed = SEED } = wanted;
  const fromMs = toMs - days * MS_PER_DAY;
  const recorder = planRuns(fromMs, toMs);
  if (lifecycles === 0) {
    writeEmptyJournal(path, recorder);
    return;
  }
  const random = seededRandom(seed);
  const lifeCpuMs = sumPlannedMs(days) / lifecycles;
  const host = customerHost(random, { fromMs, missed: [], lifeCpuMs });
  writeJournal(path, { host, recorder, fromMs, toMs }, random);
}

/** Runs that cover the stretch but for short gaps. */
function planRuns(fromMs: number, toMs: number): RecorderRuns {
  const count = Math.ceil((toMs - fromMs) / RUN_MS);
  const runs = Array.from({ length: count }, (_, at) => {
    const startMs = fromMs + at * RUN_MS;
    return { fromMs: startMs, toMs: Math.min(startMs + RUN_MS - PAUSE_MS, toMs) };
  });
  const gaps = runs.map((run) => {
    const gapMs = run.fromMs + (run.toMs - run.fromMs) / 2;
    return { fromMs: gapMs, toMs: gapMs + PAUSE_MS };
  });
  return { vcpus: 4, runs, gaps };
}

function span(from: string, to: string): { fromMs: number; toMs: number } {
  return { fromMs: Date.parse(from), toMs: Date.parse(to) };
}
