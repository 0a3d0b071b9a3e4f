// Injects faults into a real recorder of real processes, and checks what must always hold from outside; writes
// bench/results/drill.md:
//   npm run drill [-- --seed 1 --kills 1000 --only kills --only full-disk]
//   npm run drill -- --only soak --minutes 60
import { parseArgs } from 'node:util';
import { type Fault, type Outcome, runFault } from './drill/fault.js';
import { firstStart } from './drill/first-start.js';
import { fullDisk, locked } from './drill/journal-faults.js';
import { kills } from './drill/kills.js';
import { late, noDescriptors, outOfMemory, setClock, stopped } from './drill/machine-faults.js';
import { lyingPs, psStorm } from './drill/ps-faults.js';
import { soak } from './drill/soak.js';
import { describeMachine, today, writePage } from './shared/page.js';
import { printProgress, printTable, type TextTable, toMarkdown } from './shared/table.js';

const FAULTS: readonly Fault[] = [
  ...[fullDisk, locked, psStorm, lyingPs, stopped, late],
  ...[noDescriptors, outOfMemory, setClock, firstStart, kills, soak],
];

const BEGINNING = `# Proof by faults

\`npm run drill\` starts the real recorder on real processes that burn CPU time, does to it what is in the
table, at random moments, and then looks from outside, with SQL of its own, whether what must always hold
does: the file is whole, nothing is counted twice, records add up to what their process used and sums to
their records, no complete record has changed, and the journal agrees with what the kernel counted for the
parent of the load. This page is written by it.

A machine that is really suspended can't be had in a test: a recorder that is stopped sees the same,
but that the monotonic clock goes on, so its gap is called late. What every fault means to whoever runs
psusage is in [faults.md](../../docs/faults.md).
`;

/** A fault and what came of it, or why it was not tried. */
interface Tried {
  readonly fault: Fault;
  readonly outcome: Outcome | string;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    kills: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '60' },
    only: { type: 'string', multiple: true, default: [] },
  },
});
const numbers = {
  seed: Number(values.seed),
  kills: Number(values.kills),
  minutes: Number(values.minutes),
};
const names = FAULTS.map(({ name }) => name);
const unknown = values.only.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no fault ${unknown.join(', ')}: ${names.join(', ')}`);
const chosen = FAULTS.filter(({ name, byNameOnly = false }) =>
  values.only.length > 0 ? values.only.includes(name) : !byNameOnly,
);

console.log(`seed ${numbers.seed}`);
const tried: Tried[] = [];
for (const fault of chosen) {
  console.log(`${fault.name}: ${fault.done}`);
  const outcome = await runFault(fault, { ...numbers, progress: printProgress });
  tried.push({ fault, outcome });
  if (typeof outcome === 'string') continue;
  for (const line of [...outcome.seen, ...outcome.logged]) console.log(`  ${line}`);
  for (const line of outcome.breaches) console.log(`  must not be: ${line}`);
  if (outcome.breaches.length > 0) process.exitCode = 1;
}
const rows = tried.map(({ fault, outcome }) => [fault.name, formatHolds(outcome)]);
printTable({ head: ['fault', 'holds'], rows });
if (values.only.length === 0) {
  const where = `${await describeMachine()}, Node.js ${process.version}`;
  const measured = `${today()}, seed ${numbers.seed}; ${where}.`;
  await writePage('drill', [BEGINNING, measured, toMarkdown(toTable(tried))].join('\n\n'));
}

/** What was done, seen and logged, a row a fault. */
function toTable(all: readonly Tried[]): TextTable {
  return {
    head: ['fault', 'what is done', 'what was seen', 'what the recorder says', 'holds'],
    rows: all.map(({ fault, outcome }) => [
      ...[fault.name, fault.done],
      ...(typeof outcome === 'string'
        ? ['', '']
        : [formatCell(outcome.seen), formatCell(outcome.logged)]),
      formatHolds(outcome),
    ]),
  };
}

function formatHolds(outcome: Outcome | string): string {
  if (typeof outcome === 'string') return `not tried: ${outcome}`;
  return outcome.breaches.length === 0 ? 'yes' : `no: ${formatCell(outcome.breaches)}`;
}

function formatCell(lines: readonly string[]): string {
  return lines.map((line) => line.replaceAll('|', '\\|')).join('<br>');
}
