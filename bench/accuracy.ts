// How exact psusage is, beside two other methods and the kernel's own count:
//   npm run bench:accuracy -- [--runs 5] [--quick] [--only 'pool workers'] [--seed 1] [--keep]
import { parseArgs } from 'node:util';
import { CASES, type Case } from './accuracy/cases.js';
import { offBy } from './accuracy/figures.js';
import { describeSampledMachine } from './accuracy/machine.js';
import { measure, type Measured } from './accuracy/measure.js';
import { furthestProcesses } from './accuracy/off-processes.js';
import { writePage } from './accuracy/page.js';
import { type CaseSummary, summarize } from './accuracy/summary.js';
import { errorTable, loadTable, simulatedTable, verdictTable } from './accuracy/tables.js';
import { verdictsOf } from './accuracy/verdict.js';
import { type Cleanup, withCleanup } from './experiment/cleanup.js';
import { setStage, type Stage } from './experiment/stage.js';
import { renderTable } from './experiment/table.js';
import { fetchEachPs } from './ps-versions/packages.js';
import { simulateDay } from './simulation/day.js';

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
const [runs, seed] = [Number(options.runs ?? (quick ? 1 : 5)), Number(options.seed)];

await withCleanup(async (cleanup, signal) => {
  const machine = await describeSampledMachine(new Date());
  const stage = await setStage(cleanup, options.keep);
  const cases = CASES.filter(({ name }) => only?.includes(name) ?? true);
  const suites = new Set(cases.flatMap(({ suite }) => suite ?? []));
  const { versions, missing } = await fetchEachPs([...suites], stage.folder);
  for (const line of missing) progress(line);
  const days = simulateDay(seed);
  print(simulatedTable(days));
  const summaries: CaseSummary[] = [];
  for (const each of cases) {
    const psFolder = versions.find(({ suite }) => suite === each.suite)?.folder;
    if (each.suite !== undefined && psFolder === undefined) continue;
    const summary = summarize(
      each,
      await measureRuns(each, { ...stage, psFolder }, cleanup, signal),
    );
    summaries.push(summary);
    print(errorTable([summary]));
    progress(['furthest off in the worst run:', ...furthestProcesses(summary)].join('\n  '));
  }
  print(loadTable(summaries));
  const verdicts = verdictsOf(summaries, days);
  print(verdictTable(verdicts));
  if (only) progress('docs/accuracy.md is left as it was: it tells of all loads');
  else
    progress(
      `written: ${await writePage({ machine, runs, seed, quick, summaries, days, missing })}`,
    );
});

async function measureRuns(
  each: Case,
  stage: Stage & { readonly psFolder: string | undefined },
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<Measured[]> {
  const seconds = quick ? each.quickSeconds : each.seconds;
  const measured: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    const one = await measure(each, { ...stage, seconds, seed: seed + run, signal }, cleanup);
    measured.push(one);
    const { total, worstUser } = one.errors.psusage;
    progress(
      `${each.name}, run ${run + 1} of ${runs}: psusage ${offBy(total)}, ` +
        `${worstUser.userName} ${offBy(worstUser)}; ${one.notes.join('; ')}`,
    );
    for (const rule of one.broken) {
      progress(`BROKEN: ${rule}`);
      process.exitCode = 1;
    }
  }
  return measured;
}

function print({
  head,
  rows,
}: {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}): void {
  console.log(renderTable(head, rows));
}

function progress(line: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
}
