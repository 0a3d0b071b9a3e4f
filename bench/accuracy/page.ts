import { describeMachine, findSection, readPage, replaceSection, today } from '../shared/page.js';
import { writePage } from '../shared/page.js';
import { formatSeconds, type TextTable, toMarkdown } from '../shared/table.js';
import { formatOff } from './errors.js';
import type { SimulatedDay } from '../../test/simulation/day.js';
import { type CaseSummary, findWorstRun, judge, type Verdict } from './summary.js';

/** Everything that the page tells. */
export interface Results {
  /** Versions of ps and pidstat. */
  readonly programs: string;
  readonly runs: number;
  readonly seed: number;
  readonly summaries: readonly CaseSummary[];
  readonly days: readonly SimulatedDay[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}

/** A section that another bench writes. */
export const VERSIONS_OF_PS = 'Versions of ps';

const MOST_PROCESSES = 3;

/** Writes `docs/accuracy.md` anew, but for the versions of ps. */
export async function writeAccuracyPage(results: Results): Promise<void> {
  const kept = findSection(await readPage('accuracy'), VERSIONS_OF_PS);
  const page = await formatPage(results);
  await writePage(
    'accuracy',
    kept === undefined ? page : replaceSection(page, VERSIONS_OF_PS, kept),
  );
}

/** Each method's errors on each load, the median and the worst of all runs. */
export function errorTable(summaries: readonly CaseSummary[]): TextTable {
  return {
    head: [
      ...['load', 'method', 'total, median', 'total, worst'],
      ...['worst user, median', 'worst user, worst', 'a process', 'saw'],
    ],
    rows: summaries.flatMap(({ measured, methods }) =>
      methods.map(({ method, total, worstUser, meanProcessMs, seen }) => [
        measured.name,
        method,
        formatOff(total.median),
        formatOff(total.worst),
        formatOff(worstUser.median),
        formatOff(worstUser.worst),
        `${formatSeconds(meanProcessMs.median)} s`,
        `${(100 * seen).toFixed(0)} %`,
      ]),
    ),
  };
}

/** What ran, in the mean of all runs. */
export function loadTable(summaries: readonly CaseSummary[]): TextTable {
  return {
    head: ['load', 'CPU time', 'processes', 'of it unseen', 'recorder, % of a vCPU'],
    rows: summaries.map(({ measured, runs }) => {
      const mean = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / values.length;
      return [
        measured.name,
        `${formatSeconds(mean(runs.map(({ errors }) => errors.psusage.total.kernelMs)))} s`,
        mean(runs.map(({ errors }) => errors.psusage.processes)).toFixed(0),
        `${formatSeconds(mean(runs.map(({ unseenMs }) => unseenMs)))} s`,
        mean(runs.map(({ recorderPercent }) => recorderPercent)).toFixed(2),
      ];
    }),
  };
}

/** A simulated day's row for each server. */
export function simulatedTable(days: readonly SimulatedDay[]): TextTable {
  return {
    head: ['simulated day', 'forks', 'CPU time', 'off at its end', 'off at the worst hour'],
    rows: days.map(({ serverName, forks, usedMs, errorMs, worstHourMs }) => [
      serverName,
      String(forks),
      `${formatSeconds(usedMs)} s`,
      formatOff({ kernelMs: usedMs, errorMs }),
      formatOff({ kernelMs: NaN, errorMs: worstHourMs }),
    ]),
  };
}

/** Every bar, and whether it was reached. */
export function verdictTable(verdicts: readonly Verdict[]): TextTable {
  return {
    head: ['load', 'figure', 'within', 'median', 'worst', 'holds'],
    rows: verdicts.map((each) => [
      each.caseName,
      each.figure,
      each.bar,
      each.median,
      each.worst,
      each.holds,
    ]),
  };
}

/** The processes that psusage was furthest off on in the worst run of a load, a line each. */
export function formatFurthestProcesses(summary: CaseSummary): string[] {
  const processes = findWorstRun(summary)?.errors.psusage.byProcess ?? [];
  return processes
    .slice(0, MOST_PROCESSES)
    .map(
      (each) =>
        `\`${each.command}\` used ${formatSeconds(each.kernelMs)} s in ${formatSeconds(each.lifeMs)} s: ${formatOff(each)}`,
    );
}

async function formatPage(results: Results): Promise<string> {
  const { summaries, days } = results;
  const verdicts = judge(summaries, days);
  return [
    '# How exact psusage is',
    formatIntroduction(results, await describeMachine()),
    ...results.missing,
    '## What must hold, and whether it does',
    'Off by, against the kernel: the median and the worst of all runs. In a simulated day, its end and its worst full hour.',
    toMarkdown(verdictTable(verdicts)),
    '## What is not reached',
    ...formatMissed(verdicts, summaries),
    '## Three methods beside each other',
    METHODS,
    toMarkdown(errorTable(summaries)),
    '## The loads',
    ...summaries.map(({ measured }) => `- **${measured.name}**: ${measured.what}.`),
    LINGERING,
    toMarkdown(loadTable(summaries)),
    '## A simulated day',
    SIMULATED,
    toMarkdown(simulatedTable(days)),
    '## Where the rest comes from',
    LIMITS,
  ].join('\n\n');
}

function formatIntroduction({ programs, runs, seed }: Results, machine: string): string {
  const count = runs === 1 ? 'one run' : `${runs} runs`;
  return `Real loads of three users, and what psusage makes of them beside the kernel's own count. Written by
\`npm run bench:accuracy\` (as root on Linux; \`bench/README.md\` names the packages), which repeats all
of it and writes this page anew.

Measured on ${today()}: ${count} of each load, one after the other, seed ${seed}; ${machine},
${programs}, a sample a second. The machine was not quiet.

The kernel's count of the whole is the load's cgroup, in nanoseconds. Per user and process it is
taskstats, plus an equal share of what the cgroup has more: about 2 ms a process.`;
}

const METHODS = `All three watch the same run, from outside its cgroup:

- **psusage**: what \`psusage report\` says, what no sample saw (unseen) included.
- **\`times\` + 0.5 s**: the older tool. Each second \`ps\` for what \`pgrep\` finds by a part of its name; for each process the \`times\` of its last sample and half a second.
- **pidstat 1**: each interval's \`%CPU\` times its length, for all processes of the load, whatever their names.

"Worst user" is the one furthest off, root with its master processes among them. "A process" is the mean absolute error of
those processes that the method saw, the median of all runs; "saw" is their share.`;

const LINGERING = `Where nothing else is said the parent of a load lives on, idle, for four seconds after its last child: what it has reaped is
held against its children up to two ticks later. Of one that ends at once, what its last sample showed is held against them,
and what it used and reaped after that is in the dark, unless whoever waits for it is followed.`;

const SIMULATED = `The tracker alone, over 24 hours of a simulated kernel and its \`ps\`, a sample a second: long-lived idle servers whose forks of
0.05–0.4 s come in a burst at night, or all day long. Sums must not drift.`;

const LIMITS = `- **Forks that no sample saw** are in their parent's reaped CPU time. psusage charges them to the parent's user as unseen: the sum is right, and whose fork it was is not known.
- **Reaped CPU time** is known to a second where \`ps\` has no decimals (\`cuc\` prints 99.999 above 99 %) or the parent is old, so a short script's unseen forks may be off by that second, once and not for each fork.
- **Above 99 %**, \`cuu\` prints 99.999: \`times\` tells the second, and \`pcpu\` where in it, to 1 % of the lifetime: good for the first minute or two. Children of such a process that no sample saw can be told apart from it to that second only.
- **procps 3.3** has no \`cuu\`: a process's own CPU time is known to 0.1 % of its age, and to a second after a quarter of an hour or once its children have ended; the sum of own and ended children's is known as well as \`bsdtime\` and \`pcpu\` tell it.
- **The tail** of a process after its last sample is a guess at its own rate, which its parent's reaped time then bounds together with those of its siblings that ended with it.
- **The top of a load** has a parent that is not followed: its own last moments, and what it reaped in them, at most a tick, can't be corrected; where more than fifty processes are followed and it had been idle, five seconds.
- **While no recorder runs**, only the sum of what ended is known, through its parent. It is shared out among the processes that were known before, up to the rate that each had, and the rest is unseen: the total is right, but what a worker used that came and went meanwhile is charged to others. To tell these users apart, somebody has to look while they live.`;

function formatMissed(verdicts: readonly Verdict[], summaries: readonly CaseSummary[]): string[] {
  const missed = verdicts.filter(({ holds }) => holds !== 'in every run');
  if (missed.length === 0) return ['Every bar above was reached in every run.'];
  return [...new Set(missed.map(({ caseName }) => caseName))].map((name) => {
    const figures = missed.filter(({ caseName }) => caseName === name);
    const summary = summaries.find(({ measured }) => measured.name === name);
    const processes = summary ? formatFurthestProcesses(summary) : [];
    return [
      `- **${name}**`,
      ...figures.map(formatMissedFigure),
      ...processes.map((line) => `  - in its worst run, ${line}`),
    ].join('\n');
  });
}

function formatMissedFigure({ figure, bar, worst, holds }: Verdict): string {
  const reached = holds === 'no' ? 'not reached' : 'reached in the median, not in every run';
  return `  - ${figure}, within ${bar}: ${reached}; at the worst ${worst}`;
}
