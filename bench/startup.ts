// What starting psusage costs, beside Node.js alone; writes its section of bench/results/performance.md:
//   npm run bench:startup -- [--quick] [--runs 15]
import { parseArgs } from 'node:util';
import { CLI } from '../test/cli.js';
import { type Journals, makeJournals } from './shared/report-journals.js';
import { withCleanup } from './shared/cleanup.js';
import { BARE, type Cost, measureInTurns } from './shared/in-turns.js';
import { writeSection } from './shared/page.js';
import { formatMs, formatRatio, printTable, type TextTable, toMarkdown } from './shared/table.js';

const LIFECYCLES = 100_000;

/** What a report may cost beyond Node.js alone, and of what multiple of it. */
const REPORT = { withinMs: 100, within: 2.5 };

interface StartupCase {
  readonly name: string;
  readonly command: readonly string[];
  /** CPU time beyond that of Node.js alone. */
  readonly withinMs?: number;
  /** CPU time as a multiple of that of Node.js alone. */
  readonly within?: number;
}

/** Node.js alone, then what is held against it, and what a report can't do without, each alone. */
function listCases({ report, lastDay }: Journals): StartupCase[] {
  const psusage = (...args: string[]): string[] => [process.execPath, CLI, ...args];
  const node = (script: string): string[] => [process.execPath, '-e', script];
  const empty = (...args: string[]): string[] => report(0, '--day', lastDay, ...args);
  const zone = 'Europe/Ljubljana';
  return [
    { name: '`node -e 0`', command: node('0') },
    { name: '`psusage --version`', command: psusage('--version'), within: 1.5 },
    { name: '`psusage --help`', command: psusage('--help') },
    { name: 'report of a day without a process', command: empty(), ...REPORT },
    { name: 'the same as JSON', command: empty('--format', 'json'), ...REPORT },
    { name: 'the same of Ljubljana’s day', command: empty('--tz', zone), ...REPORT },
    {
      name: 'report of a day of forty users',
      command: report(LIFECYCLES, '--day', lastDay),
      withinMs: REPORT.withinMs,
    },
    { name: 'Node.js with commander', command: node("require('commander')") },
    {
      name: 'Node.js with better-sqlite3',
      command: node("new (require('better-sqlite3'))(':memory:')"),
    },
    {
      name: 'Node.js with a time zone',
      command: node(`new Intl.DateTimeFormat('en', { timeZone: '${zone}' })`),
    },
    {
      name: 'Node.js with a table',
      command: node("new (require('cli-table3'))({ head: ['a'] }).toString()"),
    },
  ];
}

const { values: options } = parseArgs({
  options: { runs: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const runs = Number(options.runs ?? (options.quick ? 3 : 15));

/** What Node.js itself heeds at each start, such as certificates to read. */
const ofNode = Object.keys(process.env).filter((name) => name.startsWith('NODE_'));

const ENVIRONMENTS = [
  { name: 'In an environment as bare as cron’s', env: BARE },
  ...(ofNode.length === 0
    ? []
    : [{ name: `With ${ofNode.join(', ')} as set where it was measured`, env: process.env }]),
];

await withCleanup(async (cleanup) => {
  const cases = listCases(await makeJournals([0, LIFECYCLES], cleanup));
  const commands = cases.map(({ command }) => command);
  const tables = ENVIRONMENTS.map(({ name, env }) => {
    const table = toTable(cases, measureInTurns(commands, runs, env));
    console.log(`${name}:`);
    printTable(table);
    return [`${name}:`, toMarkdown(table)];
  });
  if (options.quick) return;
  await writeSection({
    heading: 'Starting',
    command: 'npm run bench:startup',
    runs: `${runs} runs each, in turns`,
    body: [
      `A command runs what it needs of one bundle, which V8 has compiled before; \`--version\` needs nothing of it. "Beyond" is the CPU
time less that of Node.js alone, and "within" what it may be at most; wall time has the waiting for other programs in it. What a report
is made of is below it, each part alone and as Node.js loads it from its package: the first use of a time zone other than UTC has
Node.js look through all languages.`,
      ...tables.flat(),
    ],
  });
});

/** @param costs of the cases, in their order */
function toTable(cases: readonly StartupCase[], costs: readonly Cost[]): TextTable {
  const [node = { cpuMs: NaN, wallMs: NaN }] = costs;
  return {
    head: ['command', 'CPU time', 'beyond', '× node', 'wall time', '× node', 'within', 'holds'],
    rows: costs.map(({ cpuMs, wallMs }, at) => {
      const { name = '', withinMs = Infinity, within = Infinity } = cases[at] ?? {};
      const beyondMs = cpuMs - node.cpuMs;
      const limits = [
        ...(withinMs < Infinity ? [formatMs(withinMs)] : []),
        ...(within < Infinity ? [`${within} ×`] : []),
      ];
      const holds = beyondMs <= withinMs && cpuMs <= within * node.cpuMs;
      return [
        ...[name, formatMs(cpuMs), at === 0 ? '' : formatMs(beyondMs)],
        ...[formatRatio(cpuMs / node.cpuMs), formatMs(wallMs), formatRatio(wallMs / node.wallMs)],
        ...[limits.join(', '), limits.length === 0 ? '' : holds ? 'yes' : 'no'],
      ];
    }),
  };
}
