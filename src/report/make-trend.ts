import type Database from 'better-sqlite3';
import type { Period } from '../shared/days.js';
import { splitIntoDays } from './models/calendar.js';
import { readDailySums, readTotals } from './data/daily-sums.js';
import type { UserIds } from './data/grouping.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { resolveBudgets } from './data/resolve-users.js';
import { readRuns } from './data/runs.js';
import { readUnrecordedUsage } from './data/unrecorded.js';
import { renderView } from './formats/render.js';
import { measureCoverage } from './models/coverage.js';
import { type RecordedDays, summariseTrend, type TrendGrouping } from './models/trend.js';
import { prepareOnlyUsers } from './only-users.js';
import type { ReportQuery } from './query.js';
import { toUserIds } from './read-day.js';
import type { Terminal } from './terminal.js';
import { trendView } from './views/trend.js';

/** How spending went over the last calendar days, of which today is one. */
export type TrendQuery = Pick<
  ReportQuery<TrendGrouping>,
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
>;

/**
 * How spending went over the last days, and where it leads, ready to be printed.
 *
 * @throws UsageError when the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeTrend(
  query: TrendQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const period = await resolvePeriod(query, nowMs);
  const findOnlyUsers = await prepareOnlyUsers(query.user);
  const trend = readJournal(query.journal, (db) => {
    assertRecorded(db, period, query.journal);
    const budgets = resolveBudgets(db, query.budgets);
    const options = {
      ...query,
      sort: query.sort === 'name' ? 'name' : 'credits',
      budgets,
    } as const;
    const onlyUsers = findOnlyUsers(db, { ...options, period, nowMs }) ?? null;
    const recorded = readRecordedDays(db, query.by, { period, nowMs }, toUserIds(onlyUsers));
    return summariseTrend(recorded, { ...options, onlyUsers, period, nowMs });
  });
  return renderView(trendView(trend, query.verbose), query.format, terminal);
}

/** What is recorded of the days: of everybody, or of these users. */
export function readRecordedDays(
  db: Database.Database,
  by: TrendGrouping,
  { period, nowMs }: { period: Period; nowMs: number },
  users: UserIds,
): RecordedDays {
  const calendar = splitIntoDays(period);
  const runs = readRuns(db, period);
  const { gaps } = measureCoverage(runs, period, nowMs);
  return {
    runs,
    unrecorded: readUnrecordedUsage(db, 'user', gaps, users),
    calendar,
    hourlyCpuMs: readTotals(
      db,
      calendar.flatMap((day) => day.hours),
      users,
    ),
    keys: by === 'day' ? [] : readDailySums(db, by, calendar, users),
  };
}
