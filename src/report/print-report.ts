import type { Command } from 'commander';
import { ExitCode, UsageError } from '../shared/errors.js';
import { askedDays, asksForTrend, asksForUserAlone } from './asked-days.js';
import type { AskedReport } from './asked-report.js';
import { askedUser } from './asked-user.js';
import { parseBudgets } from './budget/budgets.js';
import { type AskedUser, readCaller } from './caller.js';
import type { ReportOptions } from './command.js';
import type { Drill } from './drill/drill.js';
import type { MadeReport } from './made-report.js';
import type { Grouping } from './report.js';
import type { Terminal } from './terminal.js';
import { isFile, writeOutput } from './write-output.js';

/** The only place that prints: the report, in one piece, to stdout or to a file. */
export async function printReport(command: Command): Promise<void> {
  const options = command.optsWithGlobals<ReportOptions>();
  const { text, exitCode } = await madeReport(command, options);
  writeOutput(text, options.output);
  if (exitCode !== 0) throw new ExitCode(exitCode);
}

async function madeReport(command: Command, options: ReportOptions): Promise<MadeReport> {
  const { by, days: lastDays, format } = options;
  const user = askedUser(command, options, readCaller);
  if (format === 'html') return { text: await pageOfJournal(command, options), exitCode: 0 };
  const isOfCredits = options.ledger === true || options.fit === true;
  if (lastDays !== undefined && asksForTrend(command)) {
    if (isOfCredits) {
      throw new UsageError(
        '--days is for the trend, --ledger and --fit have days of their own',
        'name them with --from and --to',
      );
    }
    return { text: await trendOfJournal({ ...options, format }, lastDays), exitCode: 0 };
  }
  if (by === 'day') throw new UsageError('--by day needs --days', 'such as --days 30 --by day');
  const days = askedDays(command, options);
  if (!isOfCredits) assertNoTerms(command);
  const { systemTimeZone } = await import('../shared/days.js');
  const asked: AskedReport = {
    days,
    timeZone: options.tz ?? systemTimeZone(),
    by: groupingOf(by),
    format,
    sort: options.sort,
    top: options.top,
    verbose: options.verbose ?? false,
    budgets: parseBudgets(options.budget),
    check: options.check,
  };
  const terminal = await terminalFor(options);
  const kind = isOfCredits ? undefined : drillOf(command, options, user);
  if (kind !== undefined) {
    return { text: await drillOfJournal(options, { ...asked, user }, kind, terminal), exitCode: 0 };
  }
  if (asked.check !== undefined) assertCheckable(asked, options);
  if (isOfCredits) {
    return { text: await creditView(command, options, asked, terminal), exitCode: 0 };
  }
  return options.source === 'influx'
    ? reportOfFleet(options, asked, terminal)
    : reportOfJournal(options, { ...asked, user }, terminal);
}

/** The page is of a machine's journal, whatever else the options could ask for. */
async function pageOfJournal(command: Command, options: ReportOptions): Promise<string> {
  const { askedPage } = await import('./html/asked-page.js');
  const asked = askedPage(command, options, process.stdout.isTTY);
  const { makePage } = await import('./html/make-page.js');
  return makePage(asked, Date.now());
}

/** What a row of the ordinary report stands for; hours and processes lie under those of users. */
function groupingOf(by: Exclude<ReportOptions['by'], 'day'>): Grouping {
  return by === 'hour' || by === 'process' ? 'user' : by;
}

/** Which view is asked for that lies under a row of the ordinary report; undefined for that itself. */
function drillOf(
  command: Command,
  { by }: ReportOptions,
  user: AskedUser | undefined,
): Drill['kind'] | undefined {
  if (asksForUserAlone(command, user)) return 'user';
  if (by === 'hour') return 'hours';
  return by === 'process' ? 'lifecycles' : undefined;
}

async function drillOfJournal(
  options: ReportOptions,
  asked: AskedReport & { user: AskedUser | undefined },
  kind: Drill['kind'],
  terminal: Terminal,
): Promise<string> {
  const { journal, host, source } = options;
  const { assertDrillable } = await import('./drill/asked-drill.js');
  assertDrillable({ ...asked, source, kind });
  const { makeDrill } = await import('./drill/make-drill.js');
  return makeDrill({ ...asked, journal, host, kind }, Date.now(), terminal);
}

function assertCheckable({ by, top }: AskedReport, { user }: ReportOptions): void {
  if (user !== undefined) throw new UsageError('--check looks at every user', 'leave out --user');
  if (by !== 'user')
    throw new UsageError('only users have budgets to be checked', 'leave out --by');
  if (top === undefined) return;
  throw new UsageError('--check looks at every user', 'leave out --top');
}

/** A file is no terminal: it has no colours, whatever stdout is. */
async function terminalFor({ output }: ReportOptions): Promise<Terminal> {
  const { terminalOf } = await import('./terminal.js');
  return terminalOf(isFile(output) ? {} : process.stdout, {
    COLUMNS: process.env['COLUMNS'],
    NO_COLOR: process.env['NO_COLOR'],
    TERM: process.env['TERM'],
  });
}

async function trendOfJournal(
  options: ReportOptions & Pick<AskedReport, 'format'>,
  days: number,
): Promise<string> {
  const { askedTrend } = await import('./trend/asked-trend.js');
  const asked = askedTrend(options);
  const { systemTimeZone } = await import('../shared/days.js');
  const { makeTrend } = await import('./trend/make-trend.js');
  const request = { ...asked, days, timeZone: options.tz ?? systemTimeZone() };
  return makeTrend(request, Date.now(), await terminalFor(options));
}

async function creditView(
  command: Command,
  options: ReportOptions,
  asked: AskedReport,
  terminal: Terminal,
): Promise<string> {
  const { makeCreditView } = await import('./credits/view.js');
  const { day, from, to, baseline: baselinePercent, ...others } = options;
  const request = {
    ...others,
    ...asked,
    baselinePercent,
    namesDays: day !== undefined || from !== undefined || to !== undefined,
    isGiven: (name: string) => command.getOptionValueSource(name) === 'cli',
  };
  return makeCreditView(request, Date.now(), terminal);
}

/** @throws UsageError when the command line says how to keep accounts, and asks for none */
function assertNoTerms(command: Command): void {
  const vain = ['baseline', 'mode'].find((name) => command.getOptionValueSource(name) === 'cli');
  if (vain !== undefined) throw new UsageError(`--${vain} needs --ledger`);
}

async function reportOfJournal(
  { journal, host }: ReportOptions,
  asked: AskedReport & { user: AskedUser | undefined },
  terminal: Terminal,
): Promise<MadeReport> {
  if (asked.user !== undefined && asked.by === 'host') {
    throw new UsageError('the row of a host is of all its users', 'leave out --user or --by host');
  }
  const { makeReport } = await import('./make-report.js');
  return makeReport({ ...asked, journal, host }, Date.now(), terminal);
}

async function reportOfFleet(
  options: ReportOptions,
  asked: AskedReport,
  terminal: Terminal,
): Promise<MadeReport> {
  if (options.user !== undefined) {
    throw new UsageError(
      "a user alone is known to a machine's own journal",
      'leave out --source influx or --user',
    );
  }
  const { readConnection } = await import('../shared/influx/read-connection.js');
  const { warningsOf } = await import('../shared/influx/warnings.js');
  const { makeFleetReport } = await import('./fleet/make-fleet-report.js');
  const connection = readConnection(options, process.env);
  for (const warning of warningsOf(connection)) process.stderr.write(`psusage: ${warning}\n`);
  return makeFleetReport(asked, connection, Date.now(), terminal);
}
