import type { Command } from 'commander';
import { ExitCode, UsageError } from '../shared/errors.js';
import { askedDays, asksForTrend } from './asked-days.js';
import type { AskedReport } from './asked-report.js';
import { parseBudgets } from './budget/budgets.js';
import type { ReportOptions } from './command.js';
import type { MadeReport } from './made-report.js';
import type { Terminal } from './terminal.js';

/** The only place that prints: the report, in one piece, to stdout. */
export async function printReport(command: Command): Promise<void> {
  const options = command.optsWithGlobals<ReportOptions>();
  const { by, days: lastDays } = options;
  const isOfCredits = options.ledger === true || options.fit === true;
  if (lastDays !== undefined && asksForTrend(command)) {
    if (isOfCredits) {
      throw new UsageError(
        '--days is for the trend, --ledger and --fit have days of their own',
        'name them with --from and --to',
      );
    }
    process.stdout.write(await trendOfJournal(options, lastDays));
    return;
  }
  if (by === 'day') throw new UsageError('--by day needs --days', 'such as --days 30 --by day');
  const days = askedDays(command, options);
  if (!isOfCredits) assertNoTerms(command);
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
  const { text, exitCode } = isOfCredits
    ? { text: await creditView(command, options, asked, terminal), exitCode: 0 }
    : options.source === 'influx'
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
