// Every version of ps that Debian's suites hold, each with a recorder of its own, on the same loads at once, beside the
// kernel's own count; writes its section of docs/accuracy.md:
//   npm run bench:ps-versions -- [--runs 3] [--quick] [--only forks] [--seed 1] [--keep]
import { parseArgs } from 'node:util';
import { writeVersionsOfPs } from './accuracy/page.js';
import { withCleanup } from './experiment/cleanup.js';
import { describeMachine } from './experiment/machine.js';
import { setStage } from './experiment/stage.js';
import { renderTable } from './experiment/table.js';
import { fetchEachPs, SUITES } from './ps-versions/packages.js';
import { compareVersions, LOADS_WATCHED, type VersionRun } from './ps-versions/compare.js';
import { sectionBody, versionsTable } from './ps-versions/section.js';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const { quick, only } = options;
const [runs, firstSeed] = [Number(options.runs ?? (quick ? 1 : 3)), Number(options.seed)];

await withCleanup(async (cleanup, signal) => {
  const machine = await describeMachine(new Date());
  const stage = await setStage(cleanup, options.keep);
  const { versions, missing } = await fetchEachPs(SUITES, stage.folder);
  for (const line of missing) console.error(line);
  if (versions.length === 0) return;
  const measured: VersionRun[] = [];
  for (const watched of LOADS_WATCHED.filter(({ load }) => only?.includes(load.name) ?? true)) {
    const ofLoad: VersionRun[] = [];
    for (let run = 0; run < runs; run++) {
      const place = { ...stage, quick, seed: firstSeed + run, signal };
      ofLoad.push(await compareVersions(watched, versions, place, cleanup));
    }
    const { head, rows } = versionsTable(versions, ofLoad);
    console.log(renderTable(head, rows));
    measured.push(...ofLoad);
  }
  if (measured.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
  if (only) console.error('docs/accuracy.md is left as it was: it tells of all loads');
  else {
    const body = sectionBody({ machine, runs, quick, versions, missing, measured });
    console.error(`written: ${await writeVersionsOfPs(body)}`);
  }
});
