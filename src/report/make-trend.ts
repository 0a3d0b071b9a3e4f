import type Database from 'better-sqlite3';
import type { Period } from '../shared/days.js';
import { splitIntoDays } from './models/calendar.js';
import { readDailySums, readTotals } from './data/daily-sums.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { resolveBudgets } from './data/resolve-users.js';
import { readRuns } from './data/runs.js';
import { renderView } from './formats/render.js';
import { type RecordedDays, summariseTrend, type TrendGrouping } from './models/trend.js';
import type { ReportQuery } from './query.js';
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
  | 'sort'
  | 'top'
  | 'budgets'
  | 'verbose'
>;

/**
 * How spending went over the last days, and where it leads, ready to be printed.
 *
 * @throws UsageError when the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeTrend(
  query: TrendQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const period = await resolvePeriod(query, nowMs);
  const trend = readJournal(query.journal, (db) => {
    assertRecorded(db, period, query.journal);
    const budgets = resolveBudgets(db, query.budgets);
    const recorded = readRecordedDays(db, query.by, period);
    const sort = query.sort === 'name' ? 'name' : 'credits';
    return summariseTrend(recorded, { ...query, sort, budgets, period, nowMs });
  });
  return renderView(trendView(trend, query.verbose), query.format, terminal);
}

export function readRecordedDays(
  db: Database.Database,
  by: TrendGrouping,
  period: Period,
): RecordedDays {
  const calendar = splitIntoDays(period);
  return {
    runs: readRuns(db, period),
    calendar,
    hourlyCpuMs: readTotals(
      db,
      calendar.flatMap((day) => day.hours),
    ),
    keys: by === 'day' ? [] : readDailySums(db, by, calendar),
  };
}
