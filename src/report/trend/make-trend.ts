import type Database from 'better-sqlite3';
import { addCalendarDays, calendarDayOf, type Period } from '../../shared/days.js';
import { readPeriod } from '../data/period.js';
import { assertRecorded, readJournal } from '../data/journal.js';
import { readRuns } from '../data/runs.js';
import { settledBudgets } from '../data/settled-users.js';
import type { Terminal } from '../terminal.js';
import { readTimeZone } from '../data/time-zone.js';
import { calendarOf } from '../data/calendar.js';
import { readDays, readParts } from '../data/daily-sums.js';
import { render } from './render.js';
import { type RecordedDays, summariseTrend, type TrendQuestion } from './summarise.js';

/** What is asked of a journal. */
export interface TrendRequest extends Pick<
  TrendQuestion,
  'by' | 'host' | 'sort' | 'top' | 'budgets'
> {
  /** The journal's path. */
  journal: string;
  /** How many calendar days; the last one is today. */
  days: number;
  timeZone: string;
  format: 'table' | 'json' | 'csv';
  /** Also which days are left out, in the table. */
  verbose: boolean;
}

/**
 * How spending went over the last days, and where it leads, ready to be printed.
 *
 * @throws UsageError when the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeTrend(
  request: TrendRequest,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const timeZone = await readTimeZone(request.timeZone);
  const today = calendarDayOf(nowMs, timeZone);
  const from = addCalendarDays(today, 1 - request.days);
  const period = readPeriod({ kind: 'range', from, to: today }, nowMs, timeZone, () => undefined);
  const { by, host, sort, top } = request;
  const trend = readJournal(request.journal, (db) => {
    assertRecorded(db, period, request.journal);
    const budgets = settledBudgets(db, request.budgets);
    const question = { by, host, sort, top, budgets, period, today, nowMs };
    return summariseTrend(readRecordedDays(db, by, period), question);
  });
  return render(trend, request, terminal);
}

export function readRecordedDays(
  db: Database.Database,
  by: TrendRequest['by'],
  period: Period,
): RecordedDays {
  const calendar = calendarOf(period);
  return {
    runs: readRuns(db, period),
    calendar,
    hourlyCpuMs: readParts(
      db,
      calendar.flatMap((day) => day.hours),
    ),
    keys: by === 'day' ? [] : readDays(db, by, calendar),
  };
}
