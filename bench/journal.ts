// What writing the journal costs, and how it grows; writes its section of docs/performance.md:
//   npm run bench:journal [-- --quick]
import { parseArgs } from 'node:util';
import { markdown, renderTable } from './experiment/table.js';
import { writeSection } from './performance-page.js';
import { partsTable, tickTable, walTable } from './writing/tables.js';
import { recordLongLives } from './writing/long-lives.js';
import { recordShortLives } from './writing/short-lives.js';
import { paragraphs } from './writing/page.js';
import { measureTickCost } from './writing/tick-cost.js';
import { measureWalGrowth } from './writing/wal-growth.js';

/** How many processes change at each tick, and how many ticks of a run count. */
const CASES = [
  { processes: 10, ticks: 100 },
  { processes: 100, ticks: 100 },
  { processes: 1_000, ticks: 60 },
  { processes: 10_000, ticks: 15 },
];

const SHORT_LIVES = 100_000;
const LONG_LIVES = 50;

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const [runs, part] = quick ? [1, 0.1] : [7, 1];

const costs = CASES.map(({ processes, ticks }) => measureTickCost(processes, ticks, runs));
print(tickTable(costs));
const wal = measureWalGrowth(100, 3_000 * part);
print(walTable(wal));
const [short, long] = [recordShortLives(SHORT_LIVES * part), recordLongLives(LONG_LIVES * part)];
print(partsTable(short));

const body = paragraphs({ costs, wal, short, long });
console.log(body.join('\n\n'));
if (!quick) {
  const heading = 'Writing the journal';
  const command = 'npm run bench:journal';
  const each = `the cost of a tick ${runs} times, each in a new journal on disk with \`synchronous = FULL\``;
  console.log(await writeSection({ heading, command, runs: each, body }));
}

function print({ head, rows }: Parameters<typeof markdown>[0]): void {
  console.log(renderTable(head, rows));
}
