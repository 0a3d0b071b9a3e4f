// How exact psusage is, beside two other methods and the kernel's own count; writes docs/accuracy.md:
//   npm run bench:accuracy -- [--quick] [--runs 5] [--only 'pool workers'] [--seed 1] [--keep]
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { formatOff } from './accuracy/errors.js';
import { type Case, measure, type Measured, type MeasureOptions } from './accuracy/measure.js';
import { errorTable, formatFurthestProcesses, loadTable } from './accuracy/page.js';
import { simulatedTable, verdictTable, writeAccuracyPage } from './accuracy/page.js';
import { fetchEachPs } from './accuracy/ps-packages.js';
import { simulateDay } from '../test/simulation/day.js';
import { type CaseSummary, judge, summarize } from './accuracy/summary.js';
import { phpFpmJobsLoad, phpFpmLoad } from './loads/php-fpm.js';
import { busyChildLoad, endingForksLoad, forksLoad, poolLoad } from './loads/planned.js';
import { commandsLoad, makeLoad, threadsLoad } from './loads/programs.js';
import { type Cleanup, withCleanup } from './shared/cleanup.js';
import { setStage } from './shared/stage.js';
import { printProgress, printTable } from './shared/table.js';

const run = promisify(execFile);

const PHP_FPM = { load: phpFpmLoad, seconds: 40, quickSeconds: 18 };

const CASES: readonly Case[] = [
  {
    name: 'pool workers',
    what: 'about 90 workers of three users, 2–15 s each at 1–20 % CPU, under one master of root that waits for them',
    load: poolLoad,
    seconds: 60,
    quickSeconds: 15,
    total: { percent: 0.5, ms: 600 },
    user: { percent: 2, ms: 300 },
    processMs: 50,
  },
  {
    name: 'short forks',
    what: 'about 250 forks of 0.05–0.4 s, one after the other, under one parent that waits for them',
    load: forksLoad,
    seconds: 45,
    quickSeconds: 12,
    total: { ms: 1_000 },
  },
  {
    name: 'pool workers, procps 3.3',
    what: 'the same workers, recorded with the ps of Debian 11',
    suite: 'bullseye',
    load: poolLoad,
    seconds: 60,
    quickSeconds: 15,
    total: { percent: 1, ms: 1_000 },
  },
  {
    name: 'short forks, procps 3.3',
    what: 'the same forks, recorded with the ps of Debian 11',
    suite: 'bullseye',
    load: forksLoad,
    seconds: 45,
    quickSeconds: 12,
    total: { ms: 1_200 },
  },
  {
    name: 'short forks, end',
    what: 'the same forks; their parent ends 1.5 s after the last of them, and no followed process waits for it',
    load: endingForksLoad,
    seconds: 30,
    quickSeconds: 12,
    total: { ms: 1_000 },
  },
  {
    name: 'CPU-bound',
    what: 'one process that keeps a vCPU busy for 30 s, under a parent that waits for it',
    load: busyChildLoad,
    seconds: 30,
    quickSeconds: 10,
    total: { percent: 1 },
    user: { percent: 1 },
  },
  {
    name: 'threads',
    what: 'one process whose four threads burn for 30 s, on however many vCPUs there are',
    load: threadsLoad,
    seconds: 30,
    quickSeconds: 10,
    total: { percent: 1 },
    user: { percent: 1 },
  },
  {
    name: 'php-fpm',
    what: 'a real php-fpm with on-demand pools of three users, requests of 5–600 ms CPU in bursts for 40 s',
    ...PHP_FPM,
    total: { percent: 1, ms: 500 },
    user: { percent: 2, ms: 500 },
  },
  {
    name: 'php-fpm, kill -9',
    what: 'the same php-fpm; the recorder gets a `kill -9` in the middle and is started again 5 s later',
    ...PHP_FPM,
    crash: { afterSeconds: 15, restartAfterSeconds: 5 },
    total: { percent: 1, ms: 1_000 },
    user: { percent: 3, ms: 1_000 },
  },
  {
    name: 'php-fpm, jobs',
    what: 'the same php-fpm; requests of one user send jobs of 0.05–4 s CPU to the background (`exec("… &")`)',
    load: phpFpmJobsLoad,
    seconds: 30,
    quickSeconds: 12,
    total: { percent: 1, ms: 500 },
    user: { percent: 2, ms: 500 },
  },
  {
    name: 'make, everything',
    what: '`make -j2` of 60 small files by a user whose shell ends with it, and whose login is root’s; every process on the machine is recorded',
    load: makeLoad,
    seconds: 15,
    quickSeconds: 6,
    total: { percent: 1, ms: 500 },
    user: { percent: 1, ms: 500 },
  },
  {
    name: 'small commands',
    what: 'a shell script that runs 2,000 small commands (`expr`, `date`, `ls`, `sha256sum`)',
    load: commandsLoad,
    seconds: 20,
    quickSeconds: 5,
  },
];

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
  const stage = await setStage(cleanup, options.keep);
  const cases = CASES.filter(({ name }) => only?.includes(name) ?? true);
  const suites = new Set(cases.flatMap(({ suite }) => suite ?? []));
  const { versions, missing } = await fetchEachPs([...suites], stage.folder);
  for (const line of missing) printProgress(line);
  const days = simulateDay(seed);
  printTable(simulatedTable(days));
  const summaries: CaseSummary[] = [];
  for (const each of cases) {
    const psFolder = versions.find(({ suite }) => suite === each.suite)?.folder;
    if (each.suite !== undefined && psFolder === undefined) continue;
    const seconds = quick ? each.quickSeconds : each.seconds;
    const place = { ...stage, seconds, seed, psFolder, signal };
    const summary = summarize(each, await measureRuns(each, place, cleanup));
    summaries.push(summary);
    printTable(errorTable([summary]));
    const furthest = formatFurthestProcesses(summary);
    printProgress(['furthest off in the worst run:', ...furthest].join('\n  '));
  }
  printTable(loadTable(summaries));
  printTable(verdictTable(judge(summaries, days)));
  if (only || quick) return;
  const programs = `${await readVersion('ps', '--version')}, ${await readVersion('pidstat', '-V')}`;
  await writeAccuracyPage({ programs, runs, seed, summaries, days, missing });
});

async function measureRuns(
  each: Case,
  place: MeasureOptions,
  cleanup: Cleanup,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (let at = 0; at < runs; at++) {
    const one = await measure(each, { ...place, seed: seed + at }, cleanup);
    measured.push(one);
    const { total, worstUser } = one.errors.psusage;
    const user = `${worstUser.userName} ${formatOff(worstUser)}`;
    printProgress(`${each.name}, run ${at + 1}: ${formatOff(total)}, ${user}; ${one.note}`);
    for (const fault of one.faults) printProgress(`must never be: ${fault}`);
    if (one.faults.length > 0) process.exitCode = 1;
  }
  return measured;
}

async function readVersion(command: string, option: string): Promise<string> {
  const { stdout } = await run(command, [option]);
  return (stdout.split('\n')[0] ?? '').replace(/^ps from /, '');
}
