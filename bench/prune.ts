// How long a pruning keeps a recorder from writing and from sampling; writes its section of docs/performance.md:
//   npm run bench:prune -- [--lifecycles 300000] [--runs 3]
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MS_PER_DAY } from '../src/shared/units.js';
import { mebibytes } from './cost/figures.js';
import { withCleanup } from './experiment/cleanup.js';
import { markdown, renderTable } from './experiment/table.js';
import { generateJournal } from './journals/generate.js';
import { writeSection } from './performance-page.js';
import { pruneBesideTicks, type TicksBeside } from './pruning/beside.js';
import { pruneBetweenTicks, type PiecesBetween } from './pruning/between.js';
import { BAR_MS, isBarReached, timesTable } from './pruning/page.js';
import { CHANGING } from './pruning/ticks.js';
import { BOOTED_MS } from './writing/simulated-recording.js';

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
  const folder = await mkdtemp(join(tmpdir(), 'psusage-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const besides: TicksBeside[] = [];
  const betweens: PiecesBetween[] = [];
  const sizes: { before: number; after: number }[] = [];
  for (let run = 1; run <= runs; run += 1) {
    signal.throwIfAborted();
    console.error(`run ${run}: psusage prune beside the ticks of a recorder`);
    const path = journalIn(folder, `beside-${run}`);
    const before = statSync(path).size;
    besides.push(await pruneBesideTicks(cleanup, path, keep(Date.now())));
    sizes.push({ before, after: statSync(path).size });
    console.error(`run ${run}: a recorder that prunes its own journal`);
    betweens.push(pruneBetweenTicks(journalIn(folder, `between-${run}`), KEPT_DAYS));
  }
  const timed = [
    { what: 'a tick’s write, nobody prunes', tookMs: besides.flatMap(({ aloneMs }) => aloneMs) },
    {
      what: 'the same beside `psusage prune`',
      tookMs: besides.flatMap(({ besideMs }) => besideMs),
    },
    { what: 'a tick’s write between own pieces', tookMs: betweens.flatMap(({ tickMs }) => tickMs) },
    { what: 'a piece of its own pruning', tookMs: betweens.flatMap(({ pieceMs }) => pieceMs) },
  ];
  const table = timesTable(timed);
  console.log(renderTable(table.head, table.rows));
  console.log(besides.map(({ said }) => said).join('\n'));
  const [size] = sizes;
  const page = await writeSection({
    heading: 'Pruning',
    command: 'npm run bench:prune',
    runs: `${runs} runs of each`,
    body: [
      `A generated journal of ${lifecycles.toLocaleString('en-US')} lifecycles in ${DAYS} days, of which the last
stays. A recorder writes ${CHANGING} changed processes a tick, each tenth of a second; \`psusage prune\` is another process
beside it, \`record --retention\` takes a piece out after each tick. Timed on the wall, with whatever else held the
machine up; a piece holds up the next sample, or another's write, for so long at most.`,
      markdown(table),
      `**No tick later than ${BAR_MS} ms by it: ${isBarReached(timed) ? 'reached' : 'not reached'}**. The journal went from
${mebibytes(size?.before)} to ${mebibytes(size?.after)}; the last run said: _${besides.at(-1)?.said ?? ''}_.`,
    ],
  });
  console.error(`written: ${page}`);
});

function journalIn(folder: string, name: string): string {
  const path = join(folder, `${name}.db`);
  generateJournal(path, { lifecycles, days: DAYS, toMs: BOOTED_MS, seed: 1 });
  return path;
}

/** The simulated recording goes on from where the generated one ends, which is in the past. */
function keep(nowMs: number): string {
  return `${Math.ceil((nowMs - BOOTED_MS) / MS_PER_DAY) + KEPT_DAYS}d`;
}
