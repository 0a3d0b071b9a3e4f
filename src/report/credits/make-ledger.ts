import type Database from 'better-sqlite3';
import { asJournalError } from '../../shared/journal/errors.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { quarterOf } from '../../shared/units.js';
import { assertRecorded, recordedSinceHint, type ReportRequest } from '../make-report.js';
import { readPeriod } from '../period.js';
import { readUserQuarters } from '../read/quarters.js';
import { readFirstRecordedMs, readRuns } from '../read/runs.js';
import type { Terminal } from '../terminal.js';
import { readTimeZone } from '../time-zone.js';
import type { CreditMode } from './account.js';
import type { Ledger } from './ledger.js';
import { renderLedger } from './render.js';
import { type LedgerQuestion, replayedFrom, summariseLedger } from './summary.js';

export interface LedgerRequest extends Pick<
  ReportRequest,
  'journal' | 'host' | 'days' | 'timeZone' | 'format' | 'sort' | 'top'
> {
  /** Of one vCPU, for each user; of all vCPUs for the host. */
  baselinePercent: number;
  mode: CreditMode;
}

/**
 * The credit ledger of the asked days, ready to be printed.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeLedger(
  request: LedgerRequest,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const { journal, host, sort, top, baselinePercent, mode } = request;
  const timeZone = await readTimeZone(request.timeZone);
  const period = readPeriod(request.days, nowMs, timeZone, () =>
    recordedSinceHint(journal, timeZone),
  );
  const db = openJournalReadOnly(journal);
  let ledger: Ledger;
  try {
    assertRecorded(db, period, journal);
    const asked = { period, nowMs, host, baselinePercent, mode, sort, top };
    // One transaction, so that all figures are of the same moment while a recorder writes.
    ledger = db.transaction(() => readLedger(db, asked))();
  } catch (error) {
    throw asJournalError('cannot read the journal', journal, error);
  } finally {
    db.close();
  }
  return renderLedger(ledger, request.format, terminal);
}

export function readLedger(
  db: Database.Database,
  asked: Omit<LedgerQuestion, 'replayedFromMs'>,
): Ledger {
  const { period } = asked;
  const replayedFromMs = replayedFrom(period, readFirstRecordedMs(db) ?? period.fromMs);
  const runs = readRuns(db, { fromMs: replayedFromMs, toMs: period.toMs });
  const users = readUserQuarters(db, { fromMs: quarterOf(replayedFromMs), toMs: period.toMs });
  return summariseLedger({ runs, users }, { ...asked, replayedFromMs });
}
