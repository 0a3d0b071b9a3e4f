import type Database from 'better-sqlite3';
import { addCalendarDays, type Period, toCalendarDay, toPeriod } from '../shared/days.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { resolveBudgets } from './data/resolve-users.js';
import { readFirstRecordedMs } from './data/runs.js';
import { prepareSums } from './data/usage.js';
import { readLedger } from './make-ledger.js';
import { readRecordedDays } from './make-trend.js';
import type { OnlyUsers } from './models/day.js';
import { summariseTrend, toTrendHours } from './models/trend.js';
import { renderDocument } from './page/document.js';
import { splitIntoParts } from './page/figures/parts.js';
import { summarisePage, type RecordedPage } from './page/page.js';
import { prepareOnlyUsers } from './only-users.js';
import type { ReportQuery } from './query.js';
import { readDay, toUserIds } from './read-day.js';

/** All there is, as a page. */
export type PageQuery = Pick<
  ReportQuery,
  | 'journal'
  | 'host'
  | 'days'
  | 'timeZone'
  | 'user'
  | 'top'
  | 'budgets'
  | 'withLedger'
  | 'baselinePercent'
  | 'mode'
>;

/** How many days the trend has where so many are recorded; the last is that of the period. */
const TREND_DAYS = 90;

/** How many days the heat map has. */
const HEAT_DAYS = 30;

/** A table of more users is none that somebody reads; the others stand in one row. */
const MOST_ROWS = 500;

/**
 * The page of a day or a range: one HTML document that needs nothing else.
 *
 * @throws UsageError when the days, the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makePage(query: PageQuery, nowMs: number): Promise<string> {
  const { journal, user } = query;
  const period = await resolvePeriod(query, nowMs);
  // A page of some users goes to them.
  const findOnlyUsers = await prepareOnlyUsers(user, true);
  const recorded = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    const options = { ...query, period, nowMs };
    return readPage(db, options, findOnlyUsers(db, options));
  });
  return renderDocument(summarisePage(recorded, nowMs));
}

interface PageOptions extends PageQuery {
  period: Period;
  nowMs: number;
}

/** Reads all of it; the caller sees to it that nothing is written meanwhile. */
function readPage(
  db: Database.Database,
  options: PageOptions,
  onlyUsers: OnlyUsers | undefined,
): RecordedPage {
  const { period, nowMs, budgets } = options;
  const ofRows = {
    ...options,
    by: 'user',
    top: Math.min(options.top ?? MOST_ROWS, MOST_ROWS),
  } as const;
  const users = toUserIds(onlyUsers);
  const parts = splitIntoParts(period);
  const sumsOf = prepareSums(db, 'user', users);
  const ofTrend = trendPeriod(period, readFirstRecordedMs(db));
  const days = readRecordedDays(db, 'user', { period: ofTrend, nowMs }, users);
  const heatFromMs = toPeriod(
    addCalendarDays(period.lastDay, 1 - HEAT_DAYS),
    period.lastDay,
    period.timeZone,
  ).fromMs;
  const day = readDay(db, { ...ofRows, sort: 'budget' }, 'screen', onlyUsers);
  const ofPart = { onlyUsers: onlyUsers ?? null, period };
  return {
    report: day,
    nearest: day.nearest,
    busiestHour: day.busiestHour,
    parts,
    partCpuMs: parts.map((part) => sumsOf(part)),
    ledger: options.withLedger ? readLedger(db, { ...ofRows, ...ofPart, sort: 'left' }) : undefined,
    trend: summariseTrend(days, {
      ...{ ...ofRows, ...ofPart, budgets: resolveBudgets(db, budgets) },
      ...{ period: ofTrend, sort: 'credits' },
    }),
    heatHours: toTrendHours(days, nowMs).filter(({ fromMs }) => fromMs >= heatFromMs),
  };
}

function trendPeriod({ lastDay, timeZone }: Period, firstRecordedMs: number | undefined): Period {
  const recorded =
    firstRecordedMs === undefined ? lastDay : toCalendarDay(firstRecordedMs, timeZone);
  const most = addCalendarDays(lastDay, 1 - TREND_DAYS);
  return toPeriod(recorded < most ? most : recorded, lastDay, timeZone);
}
