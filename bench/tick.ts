// What a sample costs beside other tools, on hosts of 80 to 5,000 processes:
//   npm run bench:tick -- [--quick] [--only 1000/10] [--only storm] [--keep]
import { parseArgs } from 'node:util';
import { withCleanup } from './experiment/cleanup.js';
import { setStage } from './experiment/stage.js';
import { renderTable, type TextTable } from './experiment/table.js';
import { verdictsOf } from './tick/bars.js';
import { HOSTS } from './tick/hosts.js';
import { type HostCost, measureHost } from './tick/measure.js';
import { writePage } from './tick/page.js';
import { measureStorm } from './tick/storm.js';
import { costTable, partsTable, stormTable, verdictTable } from './tick/tables.js';
import { notInstalled } from './tick/tools.js';

const STORM = 'storm';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    keep: { type: 'boolean', default: false },
  },
});
const { quick, only, keep } = options;
const names = [...HOSTS.map(({ name }) => name), STORM];
for (const name of only ?? []) {
  if (!names.includes(name)) throw new Error(`no host '${name}': ${names.join(', ')}`);
}
const isWanted = (name: string): boolean => only?.includes(name) ?? true;

await withCleanup(async (cleanup, signal) => {
  const place = { ...(await setStage(cleanup, keep)), quick, signal };
  for (const name of await notInstalled()) progress(`not installed: ${name}`);
  const costs: HostCost[] = [];
  for (const host of HOSTS.filter(({ name }) => isWanted(name))) {
    const cost = await measureHost(host, place, cleanup);
    costs.push(cost);
    print(costTable([cost]));
    print(partsTable([cost]));
  }
  const storm = isWanted(STORM) ? await measureStorm(place, cleanup) : undefined;
  print(costTable(costs));
  print(partsTable(costs));
  if (storm) print(stormTable(storm));
  print(verdictTable(verdictsOf(costs, storm)));
  if (only || quick || !storm)
    progress('docs/performance.md is left as it was: it tells of a full run');
  else progress(`written: ${await writePage(costs, storm)}`);
});

function print({ head, rows }: TextTable): void {
  if (rows.length > 0) console.log(renderTable(head, rows));
}

function progress(line: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
}
