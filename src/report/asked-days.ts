import type { Command } from 'commander';
import { UsageError } from '../shared/errors.js';
import { type AskedUser, isCaller } from './caller.js';
import type { ReportOptions } from './command.js';
import type { AskedDays } from './data/period.js';

/** Whether the last days are asked for rather than a day or a range. */
export function asksForTrend(command: Command): boolean {
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

/** Whether one user is asked for, and what a row stands for is not, or only where it counts for less. */
export function asksForUserAlone(command: Command, user: AskedUser | undefined): boolean {
  if (user === undefined) return false;
  return rankOf(command, isCaller(user) ? 'mine' : 'user') > rankOf(command, 'by');
}

/** Where an option stands counts for more the higher this is; -1 where nobody has given it. */
export function rankOf(command: Command, name: string): number {
  return ['config', 'env', 'cli'].indexOf(command.getOptionValueSource(name) ?? '');
}

/**
 * A day or a range, whichever stands where it counts for more: the command line before the
 * environment, that before the config file.
 */
export function askedDays(command: Command, { day, from, to }: ReportOptions): AskedDays {
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
