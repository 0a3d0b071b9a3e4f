// Every version of ps that Debian's suites hold, each with a recorder of its own, on the same loads at once, beside the
// kernel's own count; writes its section of docs/accuracy.md:
//   npm run bench:ps-versions -- [--quick] [--runs 3] [--only 'pool workers'] [--seed 1] [--keep]
import { parseArgs } from 'node:util';
import { compareWithKernel, type Errors, formatOff, readClaims } from './accuracy/errors.js';
import type { Off } from './accuracy/errors.js';
import { VERSIONS_OF_PS } from './accuracy/page.js';
import { fetchEachPs, type PsVersion, SUITES } from './accuracy/ps-packages.js';
import { recordLoad, type RecordLoadOptions } from './accuracy/record-load.js';
import type { Load } from './loads/load.js';
import { busyChildLoad, forksLoad, poolLoad } from './loads/planned.js';
import { threadsLoad } from './loads/programs.js';
import { type Cleanup, withCleanup } from './shared/cleanup.js';
import { describeMachine, readPage, replaceSection, today, writePage } from './shared/page.js';
import { setStage } from './shared/stage.js';
import { formatSeconds, printProgress, printTable } from './shared/table.js';
import { type TextTable, toMarkdown } from './shared/table.js';

interface WatchedLoad {
  /** As the page calls it. */
  readonly name: string;
  readonly load: Load;
  readonly seconds: number;
}

const LOADS: readonly WatchedLoad[] = [
  { name: 'short forks', load: forksLoad, seconds: 40 },
  { name: 'pool workers', load: poolLoad, seconds: 50 },
  { name: 'CPU-bound', load: busyChildLoad, seconds: 25 },
  { name: 'threads', load: threadsLoad, seconds: 25 },
];

const QUICK_SECONDS = 15;

/** One run of a load, as each version of ps showed it, in the order of the versions. */
interface VersionRun {
  readonly kernelMs: number;
  readonly errors: readonly Errors[];
  /** CPU time of the recorder with its ps ÷ its time. */
  readonly recorderPercents: readonly number[];
}

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
const [runs, seed] = [Number(options.runs ?? (quick ? 1 : 3)), Number(options.seed)];

await withCleanup(async (cleanup, signal) => {
  const stage = await setStage(cleanup, options.keep);
  const { versions, missing } = await fetchEachPs(SUITES, stage.folder);
  for (const line of missing) printProgress(line);
  if (versions.length === 0) return;
  const rows: string[][] = [];
  for (const watched of LOADS.filter(({ name }) => only?.includes(name) ?? true)) {
    const measured: VersionRun[] = [];
    for (let at = 0; at < runs; at++) {
      const seconds = quick ? Math.min(watched.seconds, QUICK_SECONDS) : watched.seconds;
      const place = { ...stage, seconds, seed: seed + at, signal };
      measured.push(await watchLoad(watched.load, versions, place, cleanup));
    }
    const own = toRows(watched.name, measured, versions);
    printTable(versionsTable(versions, own));
    rows.push(...own);
  }
  if (!only && !quick) await writeVersions(versions, missing, rows);
});

/** Runs a load once, with a recorder beside it for each version. */
async function watchLoad(
  load: Load,
  versions: readonly PsVersion[],
  place: RecordLoadOptions,
  cleanup: Cleanup,
): Promise<VersionRun> {
  const folders = versions.map(({ folder }) => folder);
  const recorded = await recordLoad(load, folders, place, cleanup);
  const users = place.users.map(({ name, uid }) => [name, uid] as const);
  const by = { bar: undefined, uids: new Map([['root', 0] as const, ...users]) };
  for (const fault of recorded.flatMap(({ faults }) => faults)) {
    printProgress(`must never be: ${fault}`);
    process.exitCode = 1;
  }
  return {
    kernelMs: recorded[0]?.kernel.totalMs ?? NaN,
    errors: recorded.map((each) => compareWithKernel(each.kernel, readClaims(each), by)),
    recorderPercents: recorded.map(({ recorderPercent }) => recorderPercent),
  };
}

/** Writes the section, and leaves the rest of the page. */
async function writeVersions(
  versions: readonly PsVersion[],
  missing: readonly string[],
  rows: readonly string[][],
): Promise<void> {
  const count = runs === 1 ? 'one run' : `${runs} runs`;
  const text = [
    `## ${VERSIONS_OF_PS}`,
    `The procps of Debian's suites (${versions.map(({ suite }) => suite).join(', ')}) watch the same run of a load at once, each with a
recorder of its own. Of all runs the furthest off is shown.`,
    `Measured on ${today()} by \`npm run bench:ps-versions\`: ${count}; ${await describeMachine()}. The machine was not quiet.`,
    ...missing,
    toMarkdown(versionsTable(versions, rows)),
    `procps 3.3 shows own CPU time in whole seconds (\`time\`), and own with that of ended children to a second (\`bsdtime\`) and to
0.1 % of the age (\`pcpu\`). What a user's processes used in all is as exact as with procps 4 while they are young;
how much of it was a parent's own and how much its unseen children's is known to a second a parent.`,
  ];
  const page = replaceSection(await readPage('accuracy'), VERSIONS_OF_PS, text.join('\n\n'));
  await writePage('accuracy', page);
}

function versionsTable(versions: readonly PsVersion[], rows: readonly string[][]): TextTable {
  return { head: ['load', 'figure', 'CPU time', ...versions.map(({ version }) => version)], rows };
}

/** A column a version; the furthest off of all runs. */
function toRows(
  name: string,
  measured: readonly VersionRun[],
  versions: readonly PsVersion[],
): string[][] {
  const errorsAt = (at: number): Errors[] => measured.flatMap(({ errors }) => errors[at] ?? []);
  const worst = (at: number, figure: (of: Errors) => Off): string =>
    formatOff(
      errorsAt(at)
        .map(figure)
        .reduce((a, b) => (Math.abs(b.errorMs) > Math.abs(a.errorMs) ? b : a)),
    );
  const processMs = (at: number): number =>
    Math.max(...errorsAt(at).map(({ meanProcessMs }) => meanProcessMs));
  const percent = (at: number): number =>
    Math.max(...measured.map(({ recorderPercents }) => recorderPercents[at] ?? NaN));
  const used = measured.map(({ kernelMs }) => formatSeconds(kernelMs)).join(', ');
  const row = (figure: string, cell: (at: number) => string, cpuTime = ''): string[] => [
    ...[name, figure, cpuTime],
    ...versions.map((_, at) => cell(at)),
  ];
  return [
    row('total', (at) => worst(at, ({ total }) => total), `${used} s`),
    row('worst user', (at) => worst(at, ({ worstUser }) => worstUser)),
    row('a process', (at) => `${formatSeconds(processMs(at))} s`),
    row('recorder', (at) => `${percent(at).toFixed(2)} % of a vCPU`),
  ];
}
