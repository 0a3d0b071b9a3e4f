import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { TickWrite } from '../../src/record/journal/recorder-journal.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { median } from '../cost/median.js';
import { changingProcesses, ticksOf } from './changing-processes.js';
import { type Cost, costOf, meanCost, medianCost } from './cost.js';
import { beginJournal } from './simulated-recording.js';
import { SmallestTransaction } from './smallest-transaction.js';

/** The first ticks write new rows; what counts is all that come after. */
const FIRST_TICKS = 5;

/** What a tick costs on which so many processes changed. */
export interface TickCost {
  readonly processes: number;
  readonly median: Cost;
  /** With the ticks that fold the write-ahead log into the journal. */
  readonly mean: Cost;
  /** On the wall, in the run that others disturbed least, with the smallest transaction of that run. */
  readonly quietestWallMs: { readonly tick: number; readonly smallest: number };
  /** The smallest transaction, between each two ticks of the same runs. */
  readonly smallest: Cost;
  readonly largestWalBytes: number;
}

type Run = Omit<TickCost, 'processes' | 'quietestWallMs'>;

/** Measures the writing alone, `runs` times in a journal of its own; medians of the runs. */
export function measureTickCost(processes: number, ticks: number, runs: number): TickCost {
  const writes = ticksOf(changingProcesses(processes), FIRST_TICKS + ticks);
  const measured = Array.from({ length: runs }, () => measureOnce(writes));
  return {
    processes,
    median: medianCost(measured.map((run) => run.median)),
    mean: medianCost(measured.map((run) => run.mean)),
    quietestWallMs: quietestWallMs(measured),
    smallest: medianCost(measured.map((run) => run.smallest)),
    largestWalBytes: median(measured.map((run) => run.largestWalBytes)),
  };
}

function quietestWallMs(runs: readonly Run[]): TickCost['quietestWallMs'] {
  const [quietest] = runs.toSorted((a, b) => a.median.wallMs - b.median.wallMs);
  return { tick: quietest?.median.wallMs ?? NaN, smallest: quietest?.smallest.wallMs ?? NaN };
}

function measureOnce(writes: readonly TickWrite[]): Run {
  const folder = temporaryFolder();
  const path = join(folder, 'psusage.db');
  const { journal } = beginJournal(path);
  const smallest = new SmallestTransaction(join(folder, 'smallest.db'));
  const walBytes: number[] = [];
  const costs = writes.map((write) => {
    const tick = costOf(() => journal.writeTick(write));
    walBytes.push(statSync(`${path}-wal`).size);
    return { tick, smallest: smallest.cost() };
  });
  journal.close();
  smallest.close();
  const counted = costs.slice(FIRST_TICKS);
  return {
    median: medianCost(counted.map(({ tick }) => tick)),
    mean: meanCost(counted.map(({ tick }) => tick)),
    smallest: medianCost(counted.map((each) => each.smallest)),
    largestWalBytes: Math.max(...walBytes),
  };
}
