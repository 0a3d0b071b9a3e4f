// What a sample costs beside `ps -q` alone and other tools, on hosts of 80 to 5,000 processes; writes its section of
// bench/results/performance.md:
//   npm run bench:tick -- [--quick] [--only 1000/10] [--keep]
import { parseArgs } from 'node:util';
import { withCleanup } from './shared/cleanup.js';
import { writeSection } from './shared/page.js';
import { setStage } from './shared/stage.js';
import { formatMs, formatRatio } from './shared/table.js';
import { printProgress, printTable, type TextTable, toMarkdown } from './shared/table.js';
import { type HostCost, measureHost } from './tick/measure.js';
import type { Host } from './tick/populate.js';
import { OLDER_PIPELINE, PIDSTAT, PS_ALONE, type Tool, TOOLS } from './tick/tools.js';

/** The recorder asks for the whole host each 30 s; where that takes long, each few minutes. */
const SECONDS = { usual: 150, manyProcesses: 320 };

const SMALL: Host = {
  ...{ name: '80/10', processes: 80, followed: 10 },
  ...{ busy: 9, seconds: SECONDS.usual },
};
const FORKING: Host = { ...SMALL, name: '80/10, 100 forks a second', forksPerSecond: 100 };
const MANY_OTHERS: Host = { ...SMALL, name: '1000/10', processes: 1_000 };
const MOST_OTHERS: Host = {
  ...MANY_OTHERS,
  ...{ name: '5000/10', processes: 5_000, seconds: SECONDS.manyProcesses },
};
const EVERYTHING: Host = { ...MANY_OTHERS, name: '1000/all', followed: 'everything', busy: 20 };

const HOSTS: readonly Host[] = [
  SMALL,
  FORKING,
  MANY_OTHERS,
  { ...MANY_OTHERS, name: '1000/100', followed: 100 },
  MOST_OTHERS,
  { ...MOST_OTHERS, name: '5000/500', followed: 500 },
  EVERYTHING,
];

const VERDICT_HEAD = ['figure', 'within', 'measured', 'holds'];

/** Every bar of what was measured: figure, within, measured, holds. */
function judge(costs: readonly HostCost[]): string[][] {
  const costOf = (host: Host): HostCost | undefined => costs.find((each) => each.host === host);
  const judgeRatio = (figure: string, within: number, ratio: number): string[][] =>
    Number.isNaN(ratio)
      ? []
      : [[figure, `${within} ×`, formatRatio(ratio, 3), ratio <= within ? 'yes' : 'no']];
  const beside = (host: Host, tool: Tool, within: number): string[][] =>
    judgeRatio(`${host.name}: psusage ÷ ${tool.name}`, within, ratioTo(costOf(host), tool));
  const between = (a: Host, b: Host, within: number): string[][] => {
    const ratio = (costOf(a)?.psusageMs ?? NaN) / (costOf(b)?.psusageMs ?? NaN);
    return judgeRatio(`psusage, ${a.name} ÷ ${b.name}`, within, ratio);
  };
  return [
    ...beside(SMALL, PS_ALONE, 1.3),
    ...beside(MANY_OTHERS, PS_ALONE, 1.3),
    ...beside(SMALL, PIDSTAT, 1.5),
    ...beside(SMALL, OLDER_PIPELINE, 0.3),
    ...beside(MANY_OTHERS, PIDSTAT, 0.2),
    ...beside(MANY_OTHERS, OLDER_PIPELINE, 0.06),
    ...beside(EVERYTHING, PIDSTAT, 0.5),
    ...between(FORKING, SMALL, 1.5),
    ...between(MOST_OTHERS, SMALL, 1.5),
  ];
}

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    keep: { type: 'boolean', default: false },
  },
});
const { quick, only } = options;
const names = HOSTS.map(({ name }) => name);
const unknown = only?.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`no host '${unknown}': ${names.join(', ')}`);
const isWanted = (name: string): boolean => only?.includes(name) ?? true;

await withCleanup(async (cleanup, signal) => {
  const stage = await setStage(cleanup, options.keep);
  const costs: HostCost[] = [];
  for (const host of HOSTS.filter(({ name }) => isWanted(name))) {
    printProgress(host.name);
    costs.push(await measureHost(host, stage, quick, cleanup, signal));
    printTable(costTable(costs.slice(-1)));
  }
  printTable(costTable(costs));
  printTable(partsTable(costs));
  printTable({ head: VERDICT_HEAD, rows: judge(costs) });
  if (!only && !quick) await writeTickSection(costs);
});

async function writeTickSection(costs: readonly HostCost[]): Promise<void> {
  await writeSection({
    heading: 'A sample, beside other tools',
    command: 'npm run bench:tick',
    runs: 'one run on each host, side by side',
    body: [
      `A host \`1000/10\` has 1,000 processes of which 10 are followed, 9 of these at 1 to 3 % of a vCPU and
all others asleep; in \`1000/all\` everything is followed, and 20 are busy. "80" is what the machine has
by itself. Each figure is CPU time in ms a sample, one a second: of all processes of a tool, from
its cgroup, its start left out. psusage's and \`ps -q\`'s are the mean of several minutes, so that psusage's runs of ps
for the whole host are in it; the others run beside them for a minute each. An empty field: not installed, or can't do the same.`,
      `- **ps -q**: the same ps for the same processes, and nothing else: what psusage can't do without.
- **pidstat**: \`pidstat -u 1\`; it looks at every process.
- **ps $(pgrep)**: \`bash -c 'ps -o pid=,times=,user= $(pgrep NAME)'\`, the older tool's pipeline, alone.`,
      toMarkdown(costTable(costs)),
      'What must hold, and whether it does:',
      toMarkdown({ head: VERDICT_HEAD, rows: judge(costs) }),
      `Where psusage's cost lies, in ms a sample. What the machine forks besides costs psusage more: it asks for
every process that may be new.`,
      toMarkdown(partsTable(costs)),
    ],
  });
}

/** psusage's mean cost in parts of another tool's; NaN where that was not measured. */
function ratioTo(cost: HostCost | undefined, { name }: Tool): number {
  return (cost?.psusageMs ?? NaN) / (cost?.others.get(name) ?? NaN);
}

/** Each tool's CPU time a sample, and psusage's ratio to it. */
function costTable(costs: readonly HostCost[]): TextTable {
  return {
    head: [
      ...['host', 'processes', 'psusage', ...TOOLS.map(({ name }) => name)],
      ...TOOLS.map(({ name }) => `÷ ${name}`),
    ],
    rows: costs.map((cost) => [
      ...[cost.host.name, String(cost.processes), formatMs(cost.psusageMs)],
      ...TOOLS.map(({ name }) => formatMs(cost.others.get(name))),
      ...TOOLS.map((tool) => formatRatio(ratioTo(cost, tool), 3)),
    ]),
  };
}

/** Where psusage's own cost lies. */
function partsTable(costs: readonly HostCost[]): TextTable {
  return {
    head: ['host', 'psusage', 'recorder', 'its shell and ps', 'forks a second', 'gaps'],
    rows: costs.map(({ host, psusageMs, recorderMs, forksPerSecond, gaps }) => [
      ...[host.name, formatMs(psusageMs), formatMs(recorderMs), formatMs(psusageMs - recorderMs)],
      ...[forksPerSecond.toFixed(0), String(gaps)],
    ]),
  };
}
