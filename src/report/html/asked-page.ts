import type { Command } from 'commander';
import { systemTimeZone } from '../../shared/days.js';
import { UsageError } from '../../shared/errors.js';
import { askedDays, asksForTrend } from '../asked-days.js';
import { parseBudgets } from '../budget/budgets.js';
import type { ReportOptions } from '../command.js';
import { isFile } from '../write-output.js';
import type { PageRequest } from './make-page.js';

/** Options of the tables that would change nothing in the page. */
const WITHOUT_EFFECT = ['sort', 'verbose'] as const;

/**
 * What the command line asks of a page.
 *
 * @throws UsageError where it asks for what a page does not have, or for one on a terminal
 */
export function askedPage(
  command: Command,
  options: ReportOptions,
  stdoutIsTerminal: boolean,
): PageRequest {
  assertJournal(options);
  assertWhole(command, options);
  if (stdoutIsTerminal && !isFile(options.output)) {
    throw new UsageError('a page is nothing for a terminal', 'name a file: --output day.html');
  }
  const { journal, host, top, baseline: baselinePercent, mode } = options;
  return {
    ...{ journal, host, top, baselinePercent, mode },
    days: askedDays(command, options),
    timeZone: options.tz ?? systemTimeZone(),
    budgets: parseBudgets(options.budget),
  };
}

function assertJournal({ source }: ReportOptions): void {
  if (source === 'journal') return;
  throw new UsageError(
    "--format html needs a machine's own journal",
    'a database does not know vCPUs, gaps or all quarter-hours; leave out --source influx',
  );
}

function assertWhole(command: Command, options: ReportOptions): void {
  const { days, ledger, fit, by, user, check } = options;
  const part = [
    ...(days !== undefined && asksForTrend(command) ? ['--days'] : []),
    ...(ledger === true ? ['--ledger'] : []),
  ].at(0);
  if (part !== undefined) {
    throw new UsageError(
      `${part} can not be combined with --format html`,
      `the page has all of them: leave out ${part}`,
    );
  }
  if (fit === true) throw new UsageError('--fit has no page', 'use --format table, json or csv');
  if (by !== 'user') throw new UsageError('a page is by user', 'leave out --by');
  if (user !== undefined) throw new UsageError('a page is of every user', 'leave out --user');
  if (check !== undefined) {
    throw new UsageError('--check has no page', 'a page names who is over the budget anyway');
  }
  const vain = WITHOUT_EFFECT.find((name) => command.getOptionValueSource(name) === 'cli');
  if (vain !== undefined) throw new UsageError(`--${vain} has no meaning with --format html`);
}
