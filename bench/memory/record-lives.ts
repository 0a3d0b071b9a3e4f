// Records what is said to be ps's output, and prints what memory it holds. Started by bench/memory.ts:
//   node record-lives.js <journal> <anything to leave V8's heap as it is>
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { RecorderJournal } from '../../src/record/journal/recorder-journal.js';
import { createLog } from '../../src/record/log.js';
import type { Snapshot } from '../../src/record/ps/sample.js';
import { Recorder } from '../../src/record/recorder.js';
import { keepHeapSmall } from '../../src/shared/small-heap.js';
import { anchorOf } from '../../src/record/wall-clock.js';
import { readSimulatedPs } from '../../test/simulation/kernel.js';
import { simulatedRun } from '../../test/simulation/run-start.js';

/** One run of ps, and when it was started. */
export interface PsRun {
  readonly bootMs: number;
  readonly output: string;
}

/** What the process held after a tick, and had used since its start. */
export interface Held {
  readonly rssBytes: number;
  /** The part of it that is pages of files, Node.js's own program above all: others share it, the kernel may drop it. */
  readonly fileBytes: number;
  readonly heapBytes: number;
  readonly cpuMs: number;
}

const BOOTED_MS = Date.UTC(2026, 0, 1);
const INTERVAL_MS = 1_000;
const RECORDER_PID = 4_242;
const PS_TAKES_MS = 20;

const [, , journalPath = '', leavesHeap] = process.argv;
if (leavesHeap === undefined) keepHeapSmall();

let ps: PsRun = { bootMs: INTERVAL_MS, output: '' };
const clock = {
  kernelBootId: 'simulated',
  read: () => ({ bootMs: ps.bootMs, wallMs: BOOTED_MS + ps.bootMs, monotonicMs: ps.bootMs }),
};
const journal = RecorderJournal.open(journalPath, clock.kernelBootId, BOOTED_MS);
const state = journal.beginRun(
  simulatedRun({
    pid: RECORDER_PID,
    intervalMs: INTERVAL_MS,
    anchorMs: anchorOf(clock.read()),
    startedMs: BOOTED_MS,
  }),
);
const recorder = new Recorder(
  {
    clock,
    journal,
    log: createLog({
      level: 'error',
      forPerson: false,
      write: (line) => process.stderr.write(line),
    }),
    intervalMs: INTERVAL_MS,
    selection: { programs: [], forks: true, users: new Set(), recorderPid: RECORDER_PID },
    takeSnapshot: () => Promise.resolve(wholeSnapshot(ps)),
    isShownAsNumber: () => Promise.resolve(false),
  },
  state,
);
for await (const line of createInterface(process.stdin)) {
  ps = JSON.parse(line) as PsRun;
  await recorder.tick(new AbortController().signal);
  const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const cpuMs = (user + system) / 1_000;
  const held: Held = { rssBytes, fileBytes: filePagesBytes(), heapBytes, cpuMs };
  console.log(JSON.stringify(held));
}
recorder.end('stopped');
journal.close();

function filePagesBytes(): number {
  const [, kibibytes] =
    /^RssFile:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1_024;
}

function wholeSnapshot({ bootMs, output }: PsRun): Snapshot {
  const taken = { takenFromBootMs: bootMs, takenToBootMs: bootMs + PS_TAKES_MS };
  const { samples } = readSimulatedPs(output, taken);
  return {
    ...taken,
    helperPid: undefined,
    samples,
    areAgesTrue: true,
    isWhole: true,
    unsampled: new Set(),
  };
}
