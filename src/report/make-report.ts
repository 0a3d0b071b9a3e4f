import type Database from 'better-sqlite3';
import type { AskedReport } from './asked-report.js';
import { type AskedUser, isCaller } from './caller.js';
import type { MadeReport } from './made-report.js';
import { neighboursOf } from './data/nearest-recording.js';
import { journalGrouping } from './data/grouping.js';
import { hoursOfHost, readHours } from './data/hours.js';
import { readSummary } from './read-summary.js';
import { EVER, readRuns } from './data/runs.js';
import { askedPeriod, type AskedOfJournal, assertRecorded, readJournal } from './data/journal.js';
import type { JournalReport } from './report.js';
import { render, type ReportedPeriod } from './render.js';
import type { Question } from './summary.js';
import type { Terminal } from './terminal.js';

/** What is asked of a journal. */
export interface ReportRequest extends AskedReport, AskedOfJournal {
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
  const period = await askedPeriod(request, nowMs);
  const { journal, by, host, sort, top, budgets, user, format } = request;
  const question = { by, host, sort, top, budgets, period, nowMs, isPrivate: isCaller(user) };
  const readOnlyUser = await onlyUserReader(user);
  const reported = readJournal(journal, (db) => {
    assertRecorded(db, period, journal, request.check !== undefined);
    return readReport(db, { ...question, ...readOnlyUser(db, question) }, format === 'json');
  });
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
  const userId = onlyUser?.id ?? null;
  const hours = withHours ? readHours(db, journalGrouping(by), period, userId) : [];
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
): Promise<(db: Database.Database, question: Question) => Pick<Question, 'onlyUser' | 'renamed'>> {
  if (user === undefined) return () => ({});
  const { readOnlyUser } = await import('./only-user.js');
  return (db, question) => readOnlyUser(db, question, user);
}
