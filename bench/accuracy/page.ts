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
    head: ['load', 'CPU time', 'processes', 'unseen', 'recorder, % of a vCPU'],
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
    '## Targets',
    'The difference from the count of the kernel, in the median and in the worst of all runs; for a simulated day, at its end and in its worst hour.',
    toMarkdown(verdictTable(verdicts)),
    '## Targets that were missed',
    ...formatMissed(verdicts, summaries),
    '## Compared with other methods',
    METHODS,
    toMarkdown(errorTable(summaries)),
    '## The loads',
    ...summaries.map(({ measured }) => `- **${measured.name}**: ${measured.what}.`),
    LINGERING,
    toMarkdown(loadTable(summaries)),
    '## A simulated day',
    SIMULATED,
    toMarkdown(simulatedTable(days)),
    '## Limits',
    LIMITS,
  ].join('\n\n');
}

function formatIntroduction({ programs, runs, seed }: Results, machine: string): string {
  const count = runs === 1 ? 'one run' : `${runs} runs`;
  return `Real loads of three users, measured by psusage and by the kernel. \`npm run bench:accuracy\` (as root on Linux; \`bench/README.md\`
names the packages) repeats all of it and writes this page.

Measured on ${today()}: ${count} of each load, one after the other, seed ${seed}; ${machine},
${programs}, a sample a second. The machine was not quiet.

The kernel's total is that of the load's cgroup, in nanoseconds. Per user and process it is taskstats, plus an equal share of what
the cgroup has more: about 2 ms for each process.`;
}

const METHODS = `All three measure the same run, from outside its cgroup:

- **psusage**: what \`psusage report\` shows, unseen CPU time included.
- **\`times\` + 0.5 s**: the older tool. Each second it runs \`ps\` for what \`pgrep\` finds; each process counts with the \`times\` of its last sample and half a second.
- **pidstat 1**: the \`%CPU\` of each interval times its length, for all processes of the load.

"Worst user" is the user with the largest error, root with its master processes included. "A process" is the mean absolute error of
the processes that the method saw, in the median of all runs; "saw" is their share.`;

const LINGERING = `Unless noted otherwise, the parent of a load stays alive for four seconds after its last child, so that its CPU time of ended children
corrects their estimates. If a parent ends at once, only what its last sample showed does, unless its own parent is followed.`;

const SIMULATED = `Only the tracker, over 24 hours of a simulated kernel and \`ps\`, with one sample a second: idle servers whose forks of 0.05–0.4 s come in
a burst at night, or all day long. Sums must not drift.`;

const LIMITS = `### Short forks

- A fork that no sample saw is known from its parent's CPU time of ended children. It counts for the parent's user as unseen: the sum is right, but whose fork it was is not known. The parent must be followed and must wait for its children.
- \`--user\` and \`--no-forks\` leave children out, so nothing is called unseen with them.
- A process that only one sample saw may be charged up to a second too much. The unseen row is then lower by as much.
- When a user's process ends within the same second as its children, unseen children count for that user if the process had waited for children before, as make and a shell do. Otherwise they are unseen CPU time of the process that waited for them. For each busy process of such a family the last second is an estimate, about half a second off.
- An orphan that ends within a second of its parent may have been waited for by any ancestor (\`systemd --user\`, \`tini -s\`) or by pid 1. If ps does not show which one within eight seconds, or the recorder restarts meanwhile, as much unseen CPU time of the other ancestors may stay uncounted, once for each orphan. Nothing is counted twice.

### Start and end

- After its last sample a process is charged at the rate it had. Its parent's CPU time of ended children then corrects this estimate, together with those of its siblings.
- The top of a followed tree has no followed parent to correct it. The last half second of a process that was busy to the end stays an estimate; up to five seconds where more than fifty processes are followed and it had been idle.
- While no recorder runs, only the sum of what ended is known, through the parents. It is divided among the processes that were known before, up to the rate of each, and the rest is unseen. The total is right, but a worker that came and went meanwhile is charged to others.
- After a \`kill -9\` some tenths of a second of the recorder's own CPU time can appear as unseen, for the user of the process that had started it, when everything is recorded. So can a start that ended before its first sample.

### What ps can show

- Above 99 % of one vCPU \`cuu\` prints 99.999. CPU time is then known to the second, and within it to 1 % of the process's age: half a second after some minutes.
- CPU time of ended children is known to a second where \`ps\` has no decimals or the parent is old. This error counts once for each parent, not for each fork.
- procps 3.3 (RHEL 8 and 9, Ubuntu 22.04, Debian 11) has no \`cuu\`. Sums are right to a second for each parent, unseen forks included. A process's own CPU time is known to 0.1 % of its age, and to a second after a quarter of an hour or once its children have ended. The log, the report and \`psusage status\` say so.
- In a container with an uptime of its own (LXC with lxcfs) procps below 4.0.4 shows wrong ages. CPU time is then known to a second for each process, and a process starts when it is first seen. The log, the report and \`psusage status\` say so.
- Where more than fifty processes are followed, idle ones are sampled up to half a minute late; up to five seconds late if their parent is not followed or belongs to another user. No CPU time is lost by it, but a change of user, and an end that the parent does not wait for, are noticed as late.

### Which process, which user

- With \`record php-fpm\` a background job (PHP's \`exec("job &")\`) belongs to php-fpm if a followed process that is still alive began its session. A job that starts a session of its own (\`setsid\`) is followed only if a sample showed it with its parent. The same holds for jobs of a php-fpm that has no session of its own, as under supervisord.
- A process that takes a matching name more than a second after its start is noticed within half a minute; on a host of 5,000 processes within three minutes.
- A reused pid is recognized by its start, to a second, or by CPU time that fell. Two processes with one pid within one second count as one if the second has used more. Where ages are wrong, it is recognized by its parent and by CPU time that fell.
- A uid that is renamed or given to another user has a row for each name, so that nobody is charged for an earlier owner. A user who is renamed within a day has two rows and two budgets, and \`--mine\` shows only the present name. A name that is deleted or can't be looked up for a while stays what it was. A new name too long for ps is noticed a second late.
- Characters that ps can't print are \`?\` or \`.\`, and user names above 32 characters are shown as their uid. Name such a user by \`uid:1001\`.
- A change of the number of vCPUs is noticed at the next start of the recorder.`;

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
