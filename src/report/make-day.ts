import type { CommandResult } from './command-result.js';
import type { Grouping } from './data/grouping.js';
import { partShown } from './formats/render.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { prepareOnlyUsers } from './only-users.js';
import type { ReportQuery } from './query.js';
import { readDay } from './read-day.js';
import { renderDay } from './render-day.js';
import type { Terminal } from './terminal.js';

/** What each user, program or command of this machine spent. */
export type DayQuery = Pick<
  ReportQuery<Grouping>,
  | 'journal'
  | 'host'
  | 'days'
  | 'timeZone'
  | 'format'
  | 'by'
  | 'user'
  | 'sort'
  | 'top'
  | 'budgets'
  | 'verbose'
  | 'check'
>;

/**
 * The report of a machine's journal, ready to be printed.
 *
 * @throws UsageError when the days, the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeDay(
  query: DayQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<CommandResult> {
  const { journal, user, format, check, by, verbose } = query;
  const period = await resolvePeriod(query, nowMs);
  const part = partShown(format);
  const isForPeople = part === 'screen';
  const isCondensed = by === 'program' && !verbose && isForPeople;
  const options = { ...query, period, nowMs, isCondensed };
  const findOnlyUsers = await prepareOnlyUsers(user);
  // Programs get the whole report, in which no process is named.
  const { readCheck } = check && isForPeople ? await import('./read-check.js') : {};
  const { day, checked } = readJournal(journal, (db) => {
    assertRecorded(db, period, journal, check !== undefined);
    const day = readDay(db, options, part, findOnlyUsers(db, options));
    return { day, checked: check && readCheck?.(db, day, check) };
  });
  return renderDay(day, query, terminal, checked);
}
