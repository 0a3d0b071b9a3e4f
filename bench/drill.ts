// Injects faults into a real recorder of real processes, and checks what must always hold from outside:
//   npm run drill [-- --seed 1 --kills 1000 --only kills --only full-disk]
//   npm run drill -- --only soak --minutes 60
// Without --only it writes docs/drill.md.
import { parseArgs } from 'node:util';
import { FAULTS } from './drill/all.js';
import { holds, type Tried, writePage } from './drill/page.js';
import { runFault } from './drill/run-fault.js';
import { renderTable } from './experiment/table.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    kills: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '60' },
    only: { type: 'string', multiple: true, default: [] },
  },
});
const [seed, kills, minutes] = [Number(values.seed), Number(values.kills), Number(values.minutes)];

const names = FAULTS.map(({ name }) => name);
const unknown = values.only.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no fault ${unknown.join(', ')}: ${names.join(', ')}`);
const asked = FAULTS.filter(({ name, byNameOnly = false }) =>
  values.only.length > 0 ? values.only.includes(name) : !byNameOnly,
);

console.log(`seed ${seed}`);
const tried: Tried[] = [];
for (const fault of asked) {
  console.log(`${fault.name}: ${fault.done}`);
  const outcome = await runFault(fault, { seed, kills, minutes, say });
  tried.push({ fault, outcome });
  if (typeof outcome === 'string') continue;
  for (const line of [...outcome.saw, ...outcome.said]) console.log(`  ${line}`);
  for (const line of outcome.breaches) console.log(`  must not be: ${line}`);
}
const rows = tried.map(({ fault, outcome }) => [fault.name, holds(outcome)]);
console.log(renderTable(['fault', 'holds'], rows));
const isBroken = tried.some(
  ({ outcome }) => typeof outcome !== 'string' && outcome.breaches.length > 0,
);
if (isBroken) process.exitCode = 1;
if (values.only.length === 0) await writePage(tried, seed);

function say(words: string): void {
  console.error(`  ${words}`);
}
