import type Database from 'better-sqlite3';
import { calendarDayOf, type Period } from '../shared/days.js';
import { PsusageError, UsageError } from '../shared/errors.js';
import { asJournalError } from '../shared/journal/errors.js';
import { openJournalReadOnly } from '../shared/journal/open-read-only.js';
import type { AskedReport } from './asked-report.js';
import { type AskedUser, isCaller } from './caller.js';
import type { MadeReport } from './made-report.js';
import { neighboursOf } from './neighbours.js';
import { readPeriod } from './period.js';
import { journalGrouping } from './read/grouping.js';
import { hoursOfHost, readHours } from './read/hours.js';
import { readSummary } from './read-summary.js';
import { EVER, readFirstRecordedMs, readRuns } from './read/runs.js';
import type { JournalReport, ReportRow } from './report.js';
import { render, type ReportedPeriod } from './render.js';
import type { Question } from './summary.js';
import type { Terminal } from './terminal.js';
import { readTimeZone } from './time-zone.js';

/** What is asked of a journal. */
export interface ReportRequest extends AskedReport {
  /** The journal's path. */
  journal: string;
  /** What the host is called when the journal does not say. */
  host: string;
  /** The only user that it is to be of; undefined for everybody. */
  user?: AskedUser | undefined;
}

/**
 * The whole answer to a request, ready to be printed.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeReport(
  request: ReportRequest,
  nowMs: number,
  terminal: Terminal,
): Promise<MadeReport> {
  const timeZone = await readTimeZone(request.timeZone);
  const period = readPeriod(request.days, nowMs, timeZone, () =>
    recordedSinceHint(request.journal, timeZone),
  );
  const { by, host, sort, top, budgets, user } = request;
  const question = { by, host, sort, top, budgets, period, nowMs, isPrivate: isCaller(user) };
  const readOnlyUser = await onlyUserReader(user);
  const db = openJournalReadOnly(request.journal);
  let reported: ReportedPeriod;
  try {
    assertRecorded(db, period, request.journal, request.check !== undefined);
    // One transaction, so that all figures are of the same moment while a recorder writes.
    reported = db.transaction(() => {
      const onlyUser = readOnlyUser(db, question);
      return readReport(db, { ...question, onlyUser }, request.format === 'json');
    })();
  } catch (error) {
    throw asJournalError('cannot read the journal', request.journal, error);
  } finally {
    db.close();
  }
  return render(reported, request, terminal);
}

/** The report of the journal as it is now; the caller sees to it that nothing is written meanwhile. */
export function readReport(
  db: Database.Database,
  question: Question,
  withHours: boolean,
): ReportedPeriod & { report: JournalReport } {
  const { by, period, nowMs, onlyUser, isPrivate } = question;
  const report = readSummary(db, question);
  const uid = onlyUser?.id ?? null;
  const hours = withHours ? readHours(db, journalGrouping(by), period, uid) : [];
  return {
    report,
    hours: by === 'host' ? hoursOfHost(hours) : hours,
    neighbours:
      report.rows.length === 0 && isPrivate !== true
        ? neighboursOf(readRuns(db, EVER), period, nowMs)
        : {},
  };
}

/** Reads what the only user has spent; where nobody is named nothing is loaded for it. */
async function onlyUserReader(
  user: AskedUser | undefined,
): Promise<(db: Database.Database, question: Question) => ReportRow | undefined> {
  if (user === undefined) return () => undefined;
  const { readOnlyUser } = await import('./only-user.js');
  return (db, question) => readOnlyUser(db, question, user);
}

/**
 * @param isCheck whether that the period was not recorded is a finding rather than a wrong question
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
    const firstDay = calendarDayOf(firstMs, period.timeZone);
    const asked = period.days === 1 ? period.firstDay : `${period.firstDay} to ${period.lastDay}`;
    const what = `${asked} is before the first recording`;
    const hint = `the first recorded day is ${firstDay}`;
    throw isCheck ? new PsusageError('NOT_RECORDED', what, { hint }) : new UsageError(what, hint);
  }
}

/** A hint is worth no error of its own: without a readable journal there is none. */
export function recordedSinceHint(journal: string, timeZone: string): string | undefined {
  try {
    const db = openJournalReadOnly(journal);
    try {
      const firstMs = readFirstRecordedMs(db);
      return firstMs === undefined
        ? undefined
        : `the first recorded day is ${calendarDayOf(firstMs, timeZone)}`;
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}
