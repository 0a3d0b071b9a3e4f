import type Database from 'better-sqlite3';
import { addCalendarDays, type Period, periodOfDays } from '../../shared/days.js';
import type { Ledger } from '../models/ledger.js';
import { readLedger } from '../make-ledger.js';
import { readDay } from '../read-day.js';
import type { NearestRecordings } from '../data/nearest-recording.js';
import type { JournalReport } from '../models/day.js';
import type { PageQuery } from '../query.js';
import { resolveBudgets } from '../data/resolve-users.js';
import { prepareSums } from '../data/usage.js';
import { readRecordedDays } from '../make-trend.js';
import { hoursSpent, summariseTrend } from '../models/trend.js';
import type { HourSpent } from '../models/hours-figures.js';
import type { Trend } from '../models/trend.js';
import { type Part, partsOf } from './figures/parts.js';

/** How many days the trend and the heat map have; the last is that of the period. */
const TREND_DAYS = 30;

/** A table of more users is none that somebody reads; the others stand in one row. */
const MOST_ROWS = 500;

export interface PageOptions extends Pick<
  PageQuery,
  'host' | 'top' | 'budgets' | 'baselinePercent' | 'mode'
> {
  period: Period;
  nowMs: number;
}

/** What the journal holds for a page, as the other views make it. */
export interface RecordedPage {
  report: JournalReport;
  nearest: NearestRecordings;
  parts: Part[];
  /** What each user used in each part, in milliseconds by the number of the user in the journal. */
  partCpuMs: ReadonlyMap<number, number>[];
  ledger: Ledger;
  trend: Trend;
  /** The hours of the trend's days. */
  trendHours: HourSpent[];
}

/** Reads all of it; the caller sees to it that nothing is written meanwhile. */
export function readPage(db: Database.Database, options: PageOptions): RecordedPage {
  const { period, nowMs, host, budgets } = options;
  const top = Math.min(options.top ?? MOST_ROWS, MOST_ROWS);
  const asked = { period, nowMs, host, budgets, top } as const;
  const parts = partsOf(period);
  const sumsOf = prepareSums(db, 'user');
  const { baselinePercent, mode } = options;
  const month = trendPeriod(period);
  const days = readRecordedDays(db, 'user', month);
  const day = readDay(db, { ...asked, by: 'user', sort: 'budget' }, false);
  return {
    report: day,
    nearest: day.nearest,
    parts,
    partCpuMs: parts.map((part) => new Map(sumsOf(part))),
    ledger: readLedger(db, { ...asked, baselinePercent, mode, sort: 'left' }),
    trend: summariseTrend(days, {
      ...asked,
      budgets: resolveBudgets(db, budgets),
      by: 'user',
      period: month,
      sort: 'credits',
    }),
    trendHours: hoursSpent(days, nowMs),
  };
}

function trendPeriod({ lastDay, timeZone }: Period): Period {
  return periodOfDays(addCalendarDays(lastDay, 1 - TREND_DAYS), lastDay, timeZone);
}
