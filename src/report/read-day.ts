import type Database from 'better-sqlite3';
import { listHours, type Period } from '../shared/days.js';
import { readTotals } from './data/daily-sums.js';
import { type Grouping, toJournalGrouping, type UserIds } from './data/grouping.js';
import { type HourUsage, readHours, toHoursOfHost } from './data/hours.js';
import { findNearestRecordings } from './models/nearest-recording.js';
import { readRecorded } from './data/recorded.js';
import { resolveBudgets } from './data/resolve-users.js';
import { ALL_TIME, readRuns } from './data/runs.js';
import type { JournalReport, OnlyUsers } from './models/day.js';
import { type DayOptions, summariseDay } from './models/journal-day.js';
import { type BusyHour, findBusiestHour, toBuckets } from './models/time-buckets.js';
import type { Day } from './views/day.js';

/** The report on everybody, or on these users; the caller sees to it that nothing is written meanwhile. */
export function readReport(
  db: Database.Database,
  options: DayOptions,
  onlyUsers?: OnlyUsers,
): JournalReport {
  const budgets = resolveBudgets(db, options.budgets);
  const recorded = readRecorded(db, options.by, options, toUserIds(onlyUsers));
  return summariseDay(recorded, { ...options, budgets }, onlyUsers);
}

/**
 * The same with what the part of it that is shown has besides: its hours or the busiest of them; and with the nearest
 * recording where there is none in the period.
 */
export function readDay(
  db: Database.Database,
  options: DayOptions,
  part: 'screen' | 'document' | 'sheet',
  onlyUsers?: OnlyUsers,
): Day & JournalReport {
  const { by, period, nowMs } = options;
  const report = readReport(db, options, onlyUsers);
  const users = toUserIds(onlyUsers);
  return {
    ...report,
    usageByHour: part === 'document' ? readUsageByHour(db, by, period, users) : [],
    busiestHour: part === 'screen' ? readBusiestHour(db, report, nowMs, users) : null,
    nearest:
      report.rows.length === 0 && onlyUsers?.isPrivate !== true
        ? findNearestRecordings(readRuns(db, ALL_TIME), period, nowMs)
        : {},
  };
}

function readUsageByHour(
  db: Database.Database,
  by: Grouping,
  period: Period,
  users: UserIds,
): HourUsage[] {
  const hours = readHours(db, toJournalGrouping(by), period, users);
  return by === 'host' ? toHoursOfHost(hours) : hours;
}

function readBusiestHour(
  db: Database.Database,
  report: JournalReport,
  nowMs: number,
  users: UserIds,
): BusyHour | null {
  const hours = listHours(report.period);
  const buckets = toBuckets(hours, readTotals(db, hours, users), report, nowMs);
  return findBusiestHour(buckets, report.untilMs);
}

/** Whose records a report reads. */
export function toUserIds(onlyUsers: OnlyUsers | null | undefined): UserIds {
  return onlyUsers?.rows.map(({ id }) => id) ?? null;
}
