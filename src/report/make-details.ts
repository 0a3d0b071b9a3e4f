import type Database from 'better-sqlite3';
import { readPrunedUntilMs } from '../shared/journal/pruned.js';
import { type HourUsage, readHours } from './data/hours.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { readLifecycles } from './data/lifecycles.js';
import { readLastRecordedMs } from './data/runs.js';
import { partShown, renderView } from './formats/render.js';
import type { JournalReport, OnlyUsers } from './models/day.js';
import type { DayOptions } from './models/journal-day.js';
import { type Lifecycles, prunedWithin, toLifecycles } from './models/lifecycles.js';
import { type TimeBucket, toDayBuckets, toHourBuckets } from './models/time-buckets.js';
import type { ReportQuery } from './query.js';
import { readReport, toUserIds } from './read-day.js';
import { readOnlyUsers } from './read-only-users.js';
import type { Terminal } from './terminal.js';
import type { View } from './view.js';
import { hoursView } from './views/hours.js';
import { processesView } from './views/processes.js';
import { userView } from './views/user.js';

/** Rows of a table, unless `--top` asks for more or fewer: where it is the only one, and where it is one of several. */
export const TABLE_TOP = 20;
const TABLE_TOP_OF_SEVERAL = 10;

/** More processes than this are in one row in JSON and CSV too, unless `--top` asks for more. */
const MOST_LIFECYCLES = 100_000;

/** What lies under a row: the hours, the costliest processes, or all about one user or several. */
export type DetailsQuery = Pick<
  ReportQuery,
  | 'journal'
  | 'host'
  | 'days'
  | 'timeZone'
  | 'format'
  | 'user'
  | 'sort'
  | 'top'
  | 'budgets'
  | 'verbose'
>;

/** A journal that is being read, and what is asked of it. */
interface Reading {
  db: Database.Database;
  query: DetailsQuery;
  options: DayOptions;
  onlyUsers: OnlyUsers | undefined;
  report: JournalReport;
}

export function makeHours(query: DetailsQuery, nowMs: number, terminal: Terminal): Promise<string> {
  return makeDetails(query, nowMs, terminal, (reading) => {
    const usageByHour = readUsage(reading);
    const buckets = toBuckets(reading, usageByHour);
    return hoursView({ ...reading.report, usageByHour, buckets }, query.verbose);
  });
}

export function makeProcesses(
  query: DetailsQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  return makeDetails(query, nowMs, terminal, (reading) => {
    const usageByHour = partShown(query.format) === 'document' ? readUsage(reading) : [];
    const lifecycles = readCostliest(reading, TABLE_TOP);
    return processesView({ ...reading.report, usageByHour, lifecycles }, query.verbose);
  });
}

export function makeUser(query: DetailsQuery, nowMs: number, terminal: Terminal): Promise<string> {
  return makeDetails(query, nowMs, terminal, (reading) => {
    const { db, options, report, onlyUsers } = reading;
    const usageByHour = readUsage(reading);
    const buckets = toBuckets(reading, usageByHour);
    const top = toTopOfUser(query);
    const user = {
      ...{ ...report, usageByHour, buckets },
      programs: readReport(db, { ...options, by: 'program', top }, onlyUsers),
      commands: readReport(db, { ...options, by: 'command', top }, onlyUsers),
      days: toDayBuckets(buckets, report, options.period, nowMs),
      lifecycles: readCostliest(reading, TABLE_TOP_OF_SEVERAL),
    };
    return userView(user, query.verbose);
  });
}

/**
 * The view of what was read, ready to be printed.
 *
 * @throws UsageError when the days, the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeDetails(
  query: DetailsQuery,
  nowMs: number,
  terminal: Terminal,
  toView: (reading: Reading) => View,
): Promise<string> {
  const { journal, user, format } = query;
  const period = await resolvePeriod(query, nowMs);
  const top = partShown(format) === 'screen' ? query.top : undefined;
  const options = { ...query, by: 'user', top, period, nowMs } as const;
  const view = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    const onlyUsers = user && readOnlyUsers(db, options, user);
    const report = readReport(db, options, onlyUsers);
    return toView({ db, query, options, onlyUsers, report });
  });
  return renderView(view, format, terminal);
}

function readUsage({ db, options, onlyUsers }: Reading): HourUsage[] {
  return readHours(db, 'user', options.period, toUserIds(onlyUsers));
}

function toBuckets({ report, options }: Reading, usage: readonly HourUsage[]): TimeBucket[] {
  return toHourBuckets(usage, report, options.period, options.nowMs);
}

/** Programs and commands of a user are few: programs get them all. */
function toTopOfUser({ top, format }: DetailsQuery): number | undefined {
  return partShown(format) === 'screen' ? (top ?? TABLE_TOP_OF_SEVERAL) : undefined;
}

export function readCostliest({ db, query, report }: Reading, tableTop: number): Lifecycles {
  const { top, format } = query;
  const { period, untilMs, onlyUsers } = report;
  const most = top ?? (partShown(format) === 'screen' ? tableTop : MOST_LIFECYCLES);
  const lastMs = readLastRecordedMs(db) ?? untilMs;
  const until = { fromMs: period.fromMs, toMs: Math.min(untilMs, lastMs) };
  return {
    ...toLifecycles(
      readLifecycles(db, period, toUserIds(onlyUsers), most),
      until,
      period.isMinute === true ? Infinity : undefined,
    ),
    prunedUntilMs: prunedWithin(report, readPrunedUntilMs(db)),
  };
}
