import type Database from 'better-sqlite3';
import { toCalendarDay, type Period } from '../../shared/days.js';
import { PsusageError, UsageError } from '../../shared/errors.js';
import { asJournalError } from '../../shared/journal/errors.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { type PeriodOptions, readPeriod } from './period.js';
import { readFirstRecordedMs } from './runs.js';
import { readTimeZone } from './time-zone.js';

/**
 * Reads a journal in one transaction: all of it is of the same moment while a recorder writes.
 *
 * @throws JournalError when the journal can't be read, and what `read` throws of its own
 */
export function readJournal<Found>(journal: string, read: (db: Database.Database) => Found): Found {
  const db = openJournalReadOnly(journal);
  try {
    return db.transaction(() => read(db))();
  } catch (error) {
    throw asJournalError('cannot read the journal', journal, error);
  } finally {
    db.close();
  }
}

/**
 * The period of a query. A misspelt day is an error even where there is no journal.
 *
 * @throws UsageError when the days or the time zone can't be
 */
export async function resolvePeriod(
  {
    journal,
    days,
    timeZone: zone,
  }: { journal: string; days: PeriodOptions | undefined; timeZone: string },
  nowMs: number,
): Promise<Period> {
  const timeZone = await readTimeZone(zone);
  return readPeriod(days, nowMs, timeZone, () => recordedSinceHint(journal, timeZone));
}

/**
 * @param isCheck whether a period without a recording is a finding rather than a usage error
 * @throws UsageError when the period is over before the first recording; a check of it NOT_RECORDED
 * @throws PsusageError EMPTY when the journal holds no sample yet
 */
export function assertRecorded(
  db: Database.Database,
  period: Period,
  journal: string,
  isCheck = false,
): void {
  const firstMs = readFirstRecordedMs(db);
  if (firstMs === undefined) {
    throw new PsusageError('EMPTY', `the journal ${journal} holds no samples yet`, {
      hint: 'start recording with: psusage record',
    });
  }
  if (period.toMs <= firstMs) {
    const firstDay = toCalendarDay(firstMs, period.timeZone);
    const days = period.days === 1 ? period.firstDay : `${period.firstDay} to ${period.lastDay}`;
    const what = `${days} is before the first recording`;
    const hint = `the first recorded day is ${firstDay}`;
    throw isCheck ? new PsusageError('NOT_RECORDED', what, { hint }) : new UsageError(what, hint);
  }
}

/** Undefined without a readable journal: a hint must not fail. */
function recordedSinceHint(journal: string, timeZone: string): string | undefined {
  try {
    const firstMs = readJournal(journal, readFirstRecordedMs);
    return firstMs === undefined
      ? undefined
      : `the first recorded day is ${toCalendarDay(firstMs, timeZone)}`;
  } catch {
    return undefined;
  }
}
