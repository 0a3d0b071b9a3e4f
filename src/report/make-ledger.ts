import type Database from 'better-sqlite3';
import { startOfQuarter } from '../shared/units.js';
import { assertRecorded, readJournal, resolvePeriod } from './data/journal.js';
import { readUserQuarters } from './data/quarters.js';
import { readFirstRecordedMs, readRuns } from './data/runs.js';
import { renderView } from './formats/render.js';
import { type Ledger, type LedgerOptions, replayedFrom, summariseLedger } from './models/ledger.js';
import { prepareOnlyUsers } from './only-users.js';
import type { ReportQuery } from './query.js';
import { toUserIds } from './read-day.js';
import type { Terminal } from './terminal.js';
import { ledgerView } from './views/ledger.js';

/** Credits earned, spent and left. */
export type LedgerQuery = Pick<
  ReportQuery,
  | 'journal'
  | 'host'
  | 'days'
  | 'timeZone'
  | 'format'
  | 'user'
  | 'sort'
  | 'top'
  | 'budgets'
  | 'baselinePercent'
  | 'mode'
>;

/**
 * The credit ledger of these days, ready to be printed.
 *
 * @throws UsageError when the days, the time zone or the user can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makeLedger(
  query: LedgerQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<string> {
  const { journal, user } = query;
  const period = await resolvePeriod(query, nowMs);
  const findOnlyUsers = await prepareOnlyUsers(user);
  const ledger = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    const options = { ...query, period, nowMs };
    const onlyUsers = findOnlyUsers(db, options) ?? null;
    return readLedger(db, { ...options, onlyUsers });
  });
  return renderView(ledgerView(ledger), query.format, terminal);
}

export function readLedger(
  db: Database.Database,
  options: Omit<LedgerOptions, 'replayedFromMs'>,
): Ledger {
  const { period, onlyUsers } = options;
  const replayedFromMs = replayedFrom(period, readFirstRecordedMs(db) ?? period.fromMs);
  const runs = readRuns(db, { fromMs: replayedFromMs, toMs: period.toMs });
  const replayed = { fromMs: startOfQuarter(replayedFromMs), toMs: period.toMs };
  const users = readUserQuarters(db, replayed, toUserIds(onlyUsers));
  return summariseLedger({ runs, users }, { ...options, replayedFromMs });
}
