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
const LEAST_TREND_DAYS = 2;
const MOST_TREND_DAYS = 3_660;
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
  psusage report --days 90                    who grows, and when a budget or the host is full
  psusage report --days 30 --by day           each day with its busiest hour

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
  days?: number;
  by: Grouping | 'day';
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
      new Option('--days <n>', 'the trend of the last n days, today among them')
        .argParser(parseTrendDays)
        .env('PSUSAGE_DAYS'),
    )
    .addOption(
      new Option('--tz <zone>', "whose days they are (default: the system's time zone)").env(
        'PSUSAGE_TZ',
      ),
    )
    .addOption(
      new Option('--by <what>', 'what a row stands for; day only with --days')
        .choices([...GROUPINGS, 'day'])
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
  const { by, days: lastDays } = options;
  if (lastDays !== undefined && asksForTrend(command)) {
    process.stdout.write(await trendOfJournal(options, lastDays));
    return;
  }
  if (by === 'day') throw new UsageError('--by day needs --days', 'such as --days 30 --by day');
  const days = askedDays(command, options);
  const { systemTimeZone } = await import('../shared/days.js');
  const asked: AskedReport = {
    days,
    timeZone: options.tz ?? systemTimeZone(),
    by,
    format: options.format,
    sort: options.sort,
    top: options.top,
    verbose: options.verbose ?? false,
    budgets: parseBudgets(options.budget),
    check: options.check,
  };
  if (asked.check !== undefined) assertCheckable(asked);
  const terminal = await terminalOfStdout();
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

async function terminalOfStdout(): Promise<Terminal> {
  const { terminalOf } = await import('./terminal.js');
  return terminalOf(process.stdout, {
    COLUMNS: process.env['COLUMNS'],
    NO_COLOR: process.env['NO_COLOR'],
    TERM: process.env['TERM'],
  });
}

async function trendOfJournal(options: ReportOptions, days: number): Promise<string> {
  const { askedTrend } = await import('./trend/asked-trend.js');
  const asked = askedTrend(options);
  const { systemTimeZone } = await import('../shared/days.js');
  const { makeTrend } = await import('./trend/make-trend.js');
  const request = { ...asked, days, timeZone: options.tz ?? systemTimeZone() };
  return makeTrend(request, Date.now(), await terminalOfStdout());
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

/** Whether the last days are asked for rather than a day or a range. */
function asksForTrend(command: Command): boolean {
  const rank = rankOf(command, 'days');
  const otherRank = Math.max(...['day', 'from', 'to'].map((name) => rankOf(command, name)));
  if (rank === otherRank) {
    throw new UsageError(
      '--days can not be combined with --day, --from and --to',
      'its days are the last ones, up to today',
    );
  }
  return rank > otherRank;
}

/** Where an option stands counts for more the higher this is; -1 where nobody has given it. */
function rankOf(command: Command, name: string): number {
  return ['config', 'env', 'cli'].indexOf(command.getOptionValueSource(name) ?? '');
}

/**
 * A day or a range, whichever stands where it counts for more: the command line before the
 * environment, that before the config file.
 */
function askedDays(command: Command, { day, from, to }: ReportOptions): AskedDays {
  const rank = (name: string) => rankOf(command, name);
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

function parseTrendDays(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < LEAST_TREND_DAYS || days > MOST_TREND_DAYS) {
    throw new InvalidArgumentError(
      `It must be a whole number from ${LEAST_TREND_DAYS} to ${MOST_TREND_DAYS}.`,
    );
  }
  return days;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return value;
}
