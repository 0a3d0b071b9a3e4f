import type Database from 'better-sqlite3';
import { toJournalGrouping } from './data/grouping.js';
import { readHours, toHoursOfHost } from './data/hours.js';
import { findNearestRecordings } from './models/nearest-recording.js';
import { readRecorded } from './data/recorded.js';
import { resolveBudgets } from './data/resolve-users.js';
import { ALL_TIME, readRuns } from './data/runs.js';
import type { JournalReport } from './models/day.js';
import { type DayOptions, type OnlyUser, summariseDay } from './models/journal-day.js';
import type { Day } from './views/day.js';

/** The report on everybody, or on one user; the caller sees to it that nothing is written meanwhile. */
export function readReport(
  db: Database.Database,
  options: DayOptions,
  onlyUser?: OnlyUser,
): JournalReport {
  const budgets = resolveBudgets(db, options.budgets);
  const recorded = readRecorded(db, options.by, options, onlyUser?.row.id ?? null);
  return summariseDay(recorded, { ...options, budgets }, onlyUser);
}

/** The same with its hours, and with the nearest recording where there is none in the period. */
export function readDay(
  db: Database.Database,
  options: DayOptions,
  withHours: boolean,
  onlyUser?: OnlyUser,
): Day & JournalReport {
  const { by, period, nowMs } = options;
  const report = readReport(db, options, onlyUser);
  const userId = onlyUser?.row.id ?? null;
  const hours = withHours ? readHours(db, toJournalGrouping(by), period, userId) : [];
  return {
    ...report,
    usageByHour: by === 'host' ? toHoursOfHost(hours) : hours,
    nearest:
      report.rows.length === 0 && onlyUser?.isPrivate !== true
        ? findNearestRecordings(readRuns(db, ALL_TIME), period, nowMs)
        : {},
  };
}
