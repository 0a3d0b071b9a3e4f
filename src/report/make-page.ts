import type Database from 'better-sqlite3';
import { addCalendarDays, type Period, toPeriod } from '../shared/days.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { resolveBudgets } from './data/resolve-users.js';
import { prepareSums } from './data/usage.js';
import { readLedger } from './make-ledger.js';
import { readRecordedDays } from './make-trend.js';
import { hoursSpent, summariseTrend } from './models/trend.js';
import { renderDocument } from './page/document.js';
import { splitIntoParts } from './page/figures/parts.js';
import { summarisePage, type RecordedPage } from './page/page.js';
import type { ReportQuery } from './query.js';
import { readDay } from './read-day.js';

/** All there is, as a page. */
export type PageQuery = Pick<
  ReportQuery,
  'journal' | 'host' | 'days' | 'timeZone' | 'top' | 'budgets' | 'baselinePercent' | 'mode'
>;

/** How many days the trend and the heat map have; the last is that of the period. */
const TREND_DAYS = 30;

/** A table of more users is none that somebody reads; the others stand in one row. */
const MOST_ROWS = 500;

/**
 * The page of a day or a range: one HTML document that needs nothing else.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makePage(query: PageQuery, nowMs: number): Promise<string> {
  const { journal } = query;
  const period = await resolvePeriod(query, nowMs);
  const recorded = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    return readPage(db, { ...query, period, nowMs });
  });
  return renderDocument(summarisePage(recorded, nowMs));
}

interface PageOptions extends PageQuery {
  period: Period;
  nowMs: number;
}

/** Reads all of it; the caller sees to it that nothing is written meanwhile. */
function readPage(db: Database.Database, options: PageOptions): RecordedPage {
  const { period, nowMs, budgets } = options;
  const ofRows = {
    ...options,
    by: 'user',
    top: Math.min(options.top ?? MOST_ROWS, MOST_ROWS),
  } as const;
  const parts = splitIntoParts(period);
  const sumsOf = prepareSums(db, 'user');
  const month = trendPeriod(period);
  const days = readRecordedDays(db, 'user', month);
  const day = readDay(db, { ...ofRows, sort: 'budget' }, false);
  return {
    report: day,
    nearest: day.nearest,
    parts,
    partCpuMs: parts.map((part) => new Map(sumsOf(part))),
    ledger: readLedger(db, { ...ofRows, sort: 'left' }),
    trend: summariseTrend(days, {
      ...ofRows,
      budgets: resolveBudgets(db, budgets),
      period: month,
      sort: 'credits',
    }),
    trendHours: hoursSpent(days, nowMs),
  };
}

function trendPeriod({ lastDay, timeZone }: Period): Period {
  return toPeriod(addCalendarDays(lastDay, 1 - TREND_DAYS), lastDay, timeZone);
}
