import type { Command } from 'commander';
import { UsageError } from '../shared/errors.js';
import { asksForTrend, rankOf } from './asked-days.js';
import type { AskedUser, Caller } from './caller.js';
import type { ReportOptions } from './command.js';

/**
 * Whom the report is of alone; undefined for everybody. Where both are given `--user` and `--mine` count for as much as
 * the place where they stand.
 *
 * @param readCaller tells who asks; undefined on a system without uids
 * @throws UsageError where the caller alone is asked for what is of everybody
 */
export function askedUser(
  command: Command,
  options: ReportOptions,
  readCaller: () => Caller | undefined,
): AskedUser | undefined {
  const { user, mine = false } = options;
  if (!mine) return user;
  if (user !== undefined) {
    const [rankOfUser, rankOfMine] = [rankOf(command, 'user'), rankOf(command, 'mine')];
    if (rankOfUser > rankOfMine) return user;
    if (rankOfUser === rankOfMine) {
      throw new UsageError(
        '--mine can not be combined with --user',
        'the one is of whoever asks, the other of somebody who is named',
      );
    }
  }
  const [vain] = ofEverybody(command, options);
  if (vain !== undefined) {
    throw new UsageError(`${vain} is of every user`, `leave out --mine or ${vain}`);
  }
  const caller = readCaller();
  if (caller === undefined) {
    throw new UsageError('--mine needs a system on which users have a uid', 'name one with --user');
  }
  return caller;
}

/** What is asked for that can't be of one user, as the command line has it. */
function ofEverybody(command: Command, options: ReportOptions): string[] {
  const { by, source, ledger, fit, days, check, format } = options;
  return [
    ...(by === 'host' || by === 'day' ? [`--by ${by}`] : []),
    ...(source === 'influx' ? ['--source influx'] : []),
    ...(ledger === true ? ['--ledger'] : []),
    ...(fit === true ? ['--fit'] : []),
    ...(days !== undefined && asksForTrend(command) ? ['--days'] : []),
    ...(check !== undefined ? ['--check'] : []),
    ...(format === 'html' ? ['--format html'] : []),
  ];
}
