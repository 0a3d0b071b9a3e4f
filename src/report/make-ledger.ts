import type Database from 'better-sqlite3';
import { startOfQuarter } from '../shared/units.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { readUserQuarters } from './data/quarters.js';
import { readFirstRecordedMs, readRuns } from './data/runs.js';
import { renderView } from './formats/render.js';
import { type Ledger, type LedgerOptions, replayedFrom, summariseLedger } from './models/ledger.js';
import type { ReportQuery } from './query.js';
import type { Terminal } from './terminal.js';
import { ledgerView } from './views/ledger.js';

/** Credits earned, spent and left. */
export type LedgerQuery = Pick<
  ReportQuery,
  'journal' | 'host' | 'days' | 'timeZone' | 'format' | 'sort' | 'top' | 'baselinePercent' | 'mode'
>;

/**
 * The credit ledger of these days, ready to be printed.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeLedger(
  query: LedgerQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const { journal } = query;
  const period = await resolvePeriod(query, nowMs);
  const ledger = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    return readLedger(db, { ...query, period, nowMs });
  });
  return renderView(ledgerView(ledger), query.format, terminal);
}

export function readLedger(
  db: Database.Database,
  options: Omit<LedgerOptions, 'replayedFromMs'>,
): Ledger {
  const { period } = options;
  const replayedFromMs = replayedFrom(period, readFirstRecordedMs(db) ?? period.fromMs);
  const runs = readRuns(db, { fromMs: replayedFromMs, toMs: period.toMs });
  const users = readUserQuarters(db, { fromMs: startOfQuarter(replayedFromMs), toMs: period.toMs });
  return summariseLedger({ runs, users }, { ...options, replayedFromMs });
}
