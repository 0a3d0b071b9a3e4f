import { InvalidArgumentError, Option, type Command } from 'commander';
import { ExitCode, messageOf, UsageError } from '../shared/errors.js';
import type { GlobalOptions } from '../shared/global-options.js';
import {
  addConnectionOptions,
  type ConnectionOptions,
} from '../shared/influx/connection-options.js';
import type { AskedReport } from './asked-report.js';
import { parseBudgets } from './budget/budgets.js';
import { type Marks, parseMarks } from './budget/marks.js';
import type { MadeReport } from './made-report.js';
import type { AskedDays } from './period.js';
import type { Grouping } from './report.js';
import { SORT_COLUMNS, type SortColumn } from './sort-columns.js';
import type { Terminal } from './terminal.js';

const FORMATS: AskedReport['format'][] = ['table', 'json', 'csv'];
const GROUPINGS: Grouping[] = ['user', 'program', 'command', 'host'];
const SOURCES = ['journal', 'influx'] as const;

const EXAMPLES = `
Examples:
  psusage report --day                        today, so far
  psusage report --day yesterday --top 10     the ten users who spent the most
  psusage report --day 2026-03-29 --by program
  psusage report --from 2026-03-01 --to 2026-03-31 --format csv
  psusage report --tz America/New_York        days as they are in another time zone
  psusage report --budget 20% --budget 'shop_*=288c' --budget foo_com=50%
  psusage report --check 80,100               for cron: a line for each user over a mark

All machines that ship to one server, by what it has received; psusage ship --help has more on servers:
  psusage report --source influx --url http://localhost:8086 --database psusage
  psusage report --source influx --by host    with the server in the table [influx] of the config file
A database does not know processes, commands, uids, vCPUs or coverage.

100 % is one vCPU. A credit is one vCPU at 100 % for a minute: 6,000 util-seconds.`;

interface ReportOptions extends GlobalOptions, ConnectionOptions {
  source: (typeof SOURCES)[number];
  /** True when the flag stands alone. */
  day?: string | true;
  from?: string;
  to?: string;
  tz?: string;
  by: Grouping;
  format: AskedReport['format'];
  sort: SortColumn;
  top?: number;
  verbose?: boolean;
  budget: string[];
  check?: Marks;
}

/** The options of `psusage report`: figures for people and programs. It never writes. */
export function defineReport(command: Command): void {
  command
    .description(
      "Prints each user's CPU credits of a day, or of several, from this machine's journal or of all machines.",
    )
    .addOption(
      new Option(
        '--source <source>',
        "this machine's journal, or the database that machines ship to",
      )
        .choices(SOURCES)
        .default('journal')
        .env('PSUSAGE_SOURCE'),
    )
    .addOption(
      new Option('--day [day]', 'today, yesterday or YYYY-MM-DD (default: today)').env(
        'PSUSAGE_DAY',
      ),
    )
    .addOption(new Option('--from <day>', 'the first of several days').env('PSUSAGE_FROM'))
    .addOption(
      new Option('--to <day>', 'the last of several days (default: today)').env('PSUSAGE_TO'),
    )
    .addOption(
      new Option('--tz <zone>', "whose days they are (default: the system's time zone)").env(
        'PSUSAGE_TZ',
      ),
    )
    .addOption(
      new Option('--by <what>', 'what a row stands for')
        .choices(GROUPINGS)
        .default('user')
        .env('PSUSAGE_BY'),
    )
    .addOption(
      new Option('--format <format>', 'for people or for programs')
        .choices(FORMATS)
        .default('table')
        .env('PSUSAGE_FORMAT'),
    )
    .addOption(
      new Option('--top <n>', 'only the n largest rows, the others in one')
        .argParser(parseCount)
        .env('PSUSAGE_TOP'),
    )
    .addOption(
      new Option('--sort <column>', 'what rows are in order by')
        .choices(SORT_COLUMNS)
        .default('credits')
        .env('PSUSAGE_SORT'),
    )
    .addOption(
      new Option('--verbose', 'also each gap, each run of the recorder, uids and unseen time').env(
        'PSUSAGE_VERBOSE',
      ),
    )
    .addOption(
      new Option(
        '--budget <amount>',
        'what a user may spend a day: 20% (of one vCPU), 288c (credits) or 1728000 (util-seconds); <user>=<amount> for one, by name, uid or pattern; repeatable',
      )
        .env('PSUSAGE_BUDGET')
        .argParser(parseBudget)
        .default([], 'one vCPU, all day'),
    )
    .addOption(
      new Option(
        '--check <warn%,critical%>',
        'only who has spent that much of the budget; exit code 3 or 4, and 1 where too little was recorded',
      )
        .env('PSUSAGE_CHECK')
        .argParser(parseMarks),
    )
    .optionsGroup('Options with --source influx:');
  addConnectionOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (_options: unknown, command: Command) => {
    await report(command);
  });
}

/** The only place that prints: the report, in one piece, to stdout. */
async function report(command: Command): Promise<void> {
  const options = command.optsWithGlobals<ReportOptions>();
  const days = askedDays(command, options);
  const { systemTimeZone } = await import('../shared/days.js');
  const { terminalOf } = await import('./terminal.js');
  const asked: AskedReport = {
    days,
    timeZone: options.tz ?? systemTimeZone(),
    by: options.by,
    format: options.format,
    sort: options.sort,
    top: options.top,
    verbose: options.verbose ?? false,
    budgets: parseBudgets(options.budget),
    check: options.check,
  };
  if (asked.check !== undefined) assertCheckable(asked);
  const terminal = terminalOf(process.stdout, {
    COLUMNS: process.env['COLUMNS'],
    NO_COLOR: process.env['NO_COLOR'],
    TERM: process.env['TERM'],
  });
  const { text, exitCode } =
    options.source === 'influx'
      ? await reportOfFleet(options, asked, terminal)
      : await reportOfJournal(options, asked, terminal);
  process.stdout.write(text);
  if (exitCode !== 0) throw new ExitCode(exitCode);
}

function assertCheckable({ by, top }: AskedReport): void {
  if (by !== 'user')
    throw new UsageError('only users have budgets to be checked', 'leave out --by');
  if (top === undefined) return;
  throw new UsageError('--check looks at every user', 'leave out --top');
}

async function reportOfJournal(
  { journal, host }: ReportOptions,
  asked: AskedReport,
  terminal: Terminal,
): Promise<MadeReport> {
  const { makeReport } = await import('./make-report.js');
  return makeReport({ ...asked, journal, host }, Date.now(), terminal);
}

async function reportOfFleet(
  options: ReportOptions,
  asked: AskedReport,
  terminal: Terminal,
): Promise<MadeReport> {
  const { readConnection } = await import('../shared/influx/read-connection.js');
  const { warningsOf } = await import('../shared/influx/warnings.js');
  const { makeFleetReport } = await import('./fleet/make-fleet-report.js');
  const connection = readConnection(options, process.env);
  for (const warning of warningsOf(connection)) process.stderr.write(`psusage: ${warning}\n`);
  return makeFleetReport(asked, connection, Date.now(), terminal);
}

/**
 * A day or a range, whichever stands where it counts for more: the command line before the
 * environment, that before the config file.
 */
function askedDays(command: Command, { day, from, to }: ReportOptions): AskedDays {
  const rank = (name: string) =>
    ['config', 'env', 'cli'].indexOf(command.getOptionValueSource(name) ?? '');
  const rangeRank = Math.max(rank('from'), rank('to'));
  if (day !== undefined && rangeRank >= 0 && rank('day') === rangeRank) {
    throw new UsageError(
      '--day can not be combined with --from and --to',
      'name one day with --day, or several with --from and --to',
    );
  }
  if (rangeRank < 0 || rank('day') > rangeRank) {
    return { kind: 'day', day: day === undefined || day === true ? 'today' : day };
  }
  if (from === undefined) throw new UsageError('--to needs a --from', 'name the first day too');
  return { kind: 'range', from, to };
}

/** Read when all are known; here it is only made sure that it can be. */
function parseBudget(text: string, before: string[] | undefined): string[] {
  try {
    parseBudgets([text]);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
  return [...(before ?? []), text];
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return value;
}
