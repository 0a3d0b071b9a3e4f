import type Database from 'better-sqlite3';
import { addCalendarDays, calendarDayOf, type Period } from '../shared/days.js';
import { splitIntoDays } from './data/calendar.js';
import { readDailySums, readTotals } from './data/daily-sums.js';
import { assertRecorded, readJournal } from './data/journal.js';
import { readPeriod } from './data/period.js';
import { resolveBudgets } from './data/resolve-users.js';
import { readRuns } from './data/runs.js';
import { readTimeZone } from './data/time-zone.js';
import { renderView } from './formats/render.js';
import { type RecordedDays, summariseTrend } from './models/trend.js';
import type { TrendQuery } from './query.js';
import type { Terminal } from './terminal.js';
import { trendView } from './views/trend.js';

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
  const timeZone = await readTimeZone(query.timeZone);
  const today = calendarDayOf(nowMs, timeZone);
  const from = addCalendarDays(today, 1 - query.days);
  const period = readPeriod({ kind: 'range', from, to: today }, nowMs, timeZone, () => undefined);
  const { by, host, sort, top } = query;
  const trend = readJournal(query.journal, (db) => {
    assertRecorded(db, period, query.journal);
    const budgets = resolveBudgets(db, query.budgets);
    const question = { by, host, sort, top, budgets, period, today, nowMs };
    return summariseTrend(readRecordedDays(db, by, period), question);
  });
  return renderView(trendView(trend, query.verbose), query.format, terminal);
}

export function readRecordedDays(
  db: Database.Database,
  by: TrendQuery['by'],
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
