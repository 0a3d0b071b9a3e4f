// How long a pruning keeps a recorder from writing and from sampling, on disk and in memory; writes its section of
// docs/performance.md:
//   npm run bench:prune -- [--lifecycles 300000] [--runs 3]
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MS_PER_DAY } from '../src/shared/units.js';
import { mebibytes } from './cost/figures.js';
import { type Cleanup, withCleanup } from './experiment/cleanup.js';
import { markdown, renderTable } from './experiment/table.js';
import { generateJournal } from './journals/generate.js';
import { writeSection } from './performance-page.js';
import { pruneBesideTicks, type TicksBeside } from './pruning/beside.js';
import { pruneBetweenTicks, type PiecesBetween } from './pruning/between.js';
import { BAR_MS, isBarReached, type Timed, timesTable } from './pruning/page.js';
import { CHANGING } from './pruning/ticks.js';
import { BOOTED_MS } from './writing/simulated-recording.js';

/** A file system in memory, where nothing waits for a disk. */
const MEMORY = '/dev/shm';

const DAYS = 10;
const KEPT_DAYS = 1;

const { values: options } = parseArgs({
  options: {
    lifecycles: { type: 'string', default: '300000' },
    runs: { type: 'string', default: '3' },
  },
});
const [lifecycles, runs] = [Number(options.lifecycles), Number(options.runs)];

await withCleanup(async (cleanup, signal) => {
  const onDisk = await measure(cleanup, signal, tmpdir());
  const inMemory = await measure(cleanup, signal, MEMORY);
  const page = await writeSection({
    heading: 'Pruning',
    command: 'npm run bench:prune',
    runs: `${runs} runs of each`,
    body: [
      `A generated journal of ${lifecycles.toLocaleString('en-US')} lifecycles in ${DAYS} days, of which the last
stays. A recorder writes ${CHANGING} changed processes a tick, each tenth of a second; \`psusage prune\` is another process
beside it, \`record --retention\` takes a piece out after each tick. Timed on the wall; a piece holds up the next
sample, or another's write, for so long at most. In a file system in memory, where only CPU time and the pruning's lock count:`,
      markdown(timesTable(timesOf(inMemory))),
      `**No tick later than ${BAR_MS} ms by it: ${isBarReached(timesOf(inMemory)) ? 'reached' : 'not reached'}**. The same on the machine's disk,
whose own stalls are in it, also where nobody prunes:`,
      markdown(timesTable(timesOf(onDisk))),
      `The journal went from ${mebibytes(onDisk.beforeBytes)} to ${mebibytes(onDisk.afterBytes)}; the last run said: _${onDisk.said}_.`,
    ],
  });
  console.error(`written: ${page}`);
});

interface Measured {
  readonly besides: readonly TicksBeside[];
  readonly betweens: readonly PiecesBetween[];
  /** Of the last journal, without and with its pruning. */
  readonly beforeBytes: number;
  readonly afterBytes: number;
  readonly said: string;
}

async function measure(cleanup: Cleanup, signal: AbortSignal, place: string): Promise<Measured> {
  const folder = await mkdtemp(join(place, 'psusage-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const besides: TicksBeside[] = [];
  const betweens: PiecesBetween[] = [];
  let [beforeBytes, afterBytes] = [NaN, NaN];
  for (let run = 1; run <= runs; run += 1) {
    signal.throwIfAborted();
    console.error(`${place}, run ${run}: psusage prune beside the ticks of a recorder`);
    const path = journalIn(folder, `beside-${run}`);
    beforeBytes = statSync(path).size;
    besides.push(await pruneBesideTicks(cleanup, path, keep(Date.now())));
    afterBytes = statSync(path).size;
    console.error(`${place}, run ${run}: a recorder that prunes its own journal`);
    betweens.push(pruneBetweenTicks(journalIn(folder, `between-${run}`), KEPT_DAYS));
  }
  const measured = { besides, betweens, beforeBytes, afterBytes, said: besides.at(-1)?.said ?? '' };
  const { head, rows } = timesTable(timesOf(measured));
  console.log(renderTable(head, rows));
  return measured;
}

function timesOf({ besides, betweens }: Measured): Timed[] {
  return [
    {
      what: 'a tick’s write, nobody prunes',
      tookMs: besides.flatMap(({ aloneMs }) => aloneMs),
    },
    {
      what: 'the same beside `psusage prune`',
      tookMs: besides.flatMap(({ besideMs }) => besideMs),
    },
    { what: 'a tick’s write between own pieces', tookMs: betweens.flatMap(({ tickMs }) => tickMs) },
    { what: 'a piece of its own pruning', tookMs: betweens.flatMap(({ pieceMs }) => pieceMs) },
  ];
}

function journalIn(folder: string, name: string): string {
  const path = join(folder, `${name}.db`);
  generateJournal(path, { lifecycles, days: DAYS, toMs: BOOTED_MS, seed: 1 });
  return path;
}

/** The simulated recording goes on from where the generated one ends, which is in the past. */
function keep(nowMs: number): string {
  return `${Math.ceil((nowMs - BOOTED_MS) / MS_PER_DAY) + KEPT_DAYS}d`;
}
