import type { TextTable } from '../experiment/table.js';
import type { Journals } from '../journals/for-bench.js';
import { CLI, NO_CONFIG } from '../psusage/recorder.js';
import { milliseconds, times } from './figures.js';
import type { NamedCommand } from './in-turns.js';
import type { Cost } from './run.js';

/** How many times the CPU time of Node.js alone a command may cost at most, if that is said. */
export interface StartupCase extends NamedCommand {
  readonly bar?: number;
}

const ZONE = 'Europe/Ljubljana';

/** What a report can't do without, each alone; run where its libraries can be found. */
const PARTS = [
  { what: 'commander', script: "require('commander')" },
  { what: 'better-sqlite3', script: "new (require('better-sqlite3'))(':memory:')" },
  {
    what: 'a time zone',
    script: "new Intl.DateTimeFormat('en', { timeZone: 'Europe/Ljubljana' })",
  },
  { what: 'a table', script: "new (require('cli-table3'))({ head: ['a'] }).toString()" },
];

/** Node.js alone, and then what is held against it. */
export function startupCases(journals: Journals, lifecycles: number): StartupCase[] {
  const psusage = [process.execPath, CLI];
  const report = (journal: number, ...args: string[]): string[] => [
    ...[...psusage, 'report', '--journal', journals.pathOf(journal)],
    ...[...NO_CONFIG, '--day', journals.lastDay, '--tz', 'UTC', ...args],
  ];
  return [
    { name: '`node -e 0`', command: [process.execPath, '-e', '0'] },
    { name: '`psusage --version`', command: [...psusage, '--version'], bar: 1.5 },
    { name: '`psusage --help`', command: [...psusage, '--help'] },
    { name: 'report of a day without a process', command: report(0), bar: 2.5 },
    { name: 'the same as JSON', command: report(0, '--format', 'json'), bar: 2.5 },
    { name: 'the same of Ljubljana’s day', command: report(0, '--tz', ZONE), bar: 2.5 },
    { name: 'report of a day of fifty users', command: report(lifecycles) },
    ...PARTS.map(({ what, script }) => ({
      name: `Node.js with ${what}`,
      command: [process.execPath, '-e', script],
    })),
  ];
}

/** @param costs of the cases, in their order */
export function startupTable(cases: readonly StartupCase[], costs: readonly Cost[]): TextTable {
  const [node = { cpuMs: NaN, wallMs: NaN }] = costs;
  return {
    head: ['command', 'CPU time', '× node', 'wall time', '× node', 'within', 'holds'],
    rows: costs.map(({ cpuMs, wallMs }, at) => {
      const { name = '', bar } = cases[at] ?? {};
      return [
        ...[name, milliseconds(cpuMs), times(cpuMs, node.cpuMs)],
        ...[milliseconds(wallMs), times(wallMs, node.wallMs)],
        ...(bar === undefined ? ['', ''] : [`${bar} ×`, cpuMs <= bar * node.cpuMs ? 'yes' : 'no']),
      ];
    }),
  };
}
