import type Database from 'better-sqlite3';
import { toJournalGrouping, type UserIds } from './data/grouping.js';
import { readHours, toHoursOfHost } from './data/hours.js';
import { findNearestRecordings } from './models/nearest-recording.js';
import { readRecorded } from './data/recorded.js';
import { resolveBudgets } from './data/resolve-users.js';
import { ALL_TIME, readRuns } from './data/runs.js';
import type { JournalReport, OnlyUsers } from './models/day.js';
import { type DayOptions, summariseDay } from './models/journal-day.js';
import { findBusiestHour, toHourBuckets } from './models/time-buckets.js';
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

/** The same with its hours and the busiest of them, and with the nearest recording where there is none in the period. */
export function readDay(
  db: Database.Database,
  options: DayOptions,
  onlyUsers?: OnlyUsers,
): Day & JournalReport {
  const { by, period, nowMs } = options;
  const report = readReport(db, options, onlyUsers);
  const hours = readHours(db, toJournalGrouping(by), period, toUserIds(onlyUsers));
  const buckets = toHourBuckets(hours, report, period, nowMs);
  return {
    ...report,
    usageByHour: by === 'host' ? toHoursOfHost(hours) : hours,
    busiestHour: findBusiestHour(buckets, report.untilMs),
    nearest:
      report.rows.length === 0 && onlyUsers?.isPrivate !== true
        ? findNearestRecordings(readRuns(db, ALL_TIME), period, nowMs)
        : {},
  };
}

/** Whose records a report reads. */
export function toUserIds(onlyUsers: OnlyUsers | null | undefined): UserIds {
  return onlyUsers?.rows.map(({ id }) => id) ?? null;
}
