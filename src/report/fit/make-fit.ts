import type Database from 'better-sqlite3';
import { asJournalError } from '../../shared/journal/errors.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { assertRecorded, recordedSinceHint, type ReportRequest } from '../make-report.js';
import { type AskedDays, readPeriod } from '../period.js';
import { readHostQuarters } from '../read/quarters.js';
import { readFirstRecordedMs, readLastRecordedMs, readRuns } from '../read/runs.js';
import type { Terminal } from '../terminal.js';
import { readTimeZone } from '../time-zone.js';
import { lastRecordedDays } from './days.js';
import type { Fit } from './fit.js';
import { renderFit } from './render.js';
import { type FitQuestion, summariseFit } from './summary.js';

export interface FitRequest extends Pick<
  ReportRequest,
  'journal' | 'host' | 'timeZone' | 'format'
> {
  /** Undefined for the last 30 recorded days. */
  days: AskedDays | undefined;
}

/**
 * How the recorded host fits burstable sizes, ready to be printed.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeFit(
  { journal, host, timeZone: zone, format, days }: FitRequest,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const timeZone = await readTimeZone(zone);
  const periodOf = (asked: AskedDays) =>
    readPeriod(asked, nowMs, timeZone, () => recordedSinceHint(journal, timeZone));
  // A misspelt day is told even where there is no journal.
  const asked = days === undefined ? undefined : periodOf(days);
  const db = openJournalReadOnly(journal);
  let fit: Fit;
  try {
    const period = asked ?? periodOf(readLastDays(db, nowMs, timeZone));
    assertRecorded(db, period, journal);
    // One transaction, so that all figures are of the same moment while a recorder writes.
    fit = db.transaction(() => readFit(db, { period, nowMs, host }))();
  } catch (error) {
    throw asJournalError('cannot read the journal', journal, error);
  } finally {
    db.close();
  }
  return renderFit(fit, format, terminal);
}

function readFit(db: Database.Database, question: FitQuestion): Fit {
  const { period } = question;
  const recorded = { runs: readRuns(db, period), cpuMs: readHostQuarters(db, period) };
  return summariseFit(recorded, question);
}

/** Of a clock that was set back since the last sample the days are those up to now. */
function readLastDays(db: Database.Database, nowMs: number, timeZone: string): AskedDays {
  const toMs = Math.min(nowMs, readLastRecordedMs(db) ?? nowMs);
  const fromMs = Math.min(toMs, readFirstRecordedMs(db) ?? toMs);
  return lastRecordedDays({ fromMs, toMs }, timeZone);
}
