import type Database from 'better-sqlite3';
import type { Period } from '../../shared/days.js';
import type { FitQuery } from '../query.js';
import { readPeriod } from '../data/period.js';
import { readHostQuarters } from '../data/quarters.js';
import { readFirstRecordedMs, readLastRecordedMs, readRuns } from '../data/runs.js';
import { resolvePeriod, assertRecorded, readJournal } from '../data/journal.js';
import type { Terminal } from '../terminal.js';
import { readTimeZone } from '../data/time-zone.js';
import { lastRecordedDays } from './days.js';
import type { Fit } from './fit.js';
import { renderFit } from './render.js';
import { type FitQuestion, summariseFit } from './summary.js';

/**
 * How the recorded host fits burstable sizes, ready to be printed.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeFit(
  { journal, host, timeZone: zone, format, days }: FitQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const timeZone = await readTimeZone(zone);
  // A misspelt day is told even where there is no journal.
  const asked =
    days === undefined ? undefined : await resolvePeriod({ journal, days, timeZone }, nowMs);
  const fit = readJournal(journal, (db) => {
    const period = asked ?? readLastDays(db, nowMs, timeZone);
    assertRecorded(db, period, journal);
    return readFit(db, { period, nowMs, host });
  });
  return renderFit(fit, format, terminal);
}

function readFit(db: Database.Database, question: FitQuestion): Fit {
  const { period } = question;
  const recorded = { runs: readRuns(db, period), cpuMs: readHostQuarters(db, period) };
  return summariseFit(recorded, question);
}

/** Of a clock that was set back since the last sample the days are those up to now. */
function readLastDays(db: Database.Database, nowMs: number, timeZone: string): Period {
  const toMs = Math.min(nowMs, readLastRecordedMs(db) ?? nowMs);
  const fromMs = Math.min(toMs, readFirstRecordedMs(db) ?? toMs);
  return readPeriod(lastRecordedDays({ fromMs, toMs }, timeZone), nowMs, timeZone, () => undefined);
}
