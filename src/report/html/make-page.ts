import type { LedgerRequest } from '../credits/make-ledger.js';
import type { ReportRequest } from '../make-report.js';
import { askedPeriod, assertRecorded, readJournal } from '../data/journal.js';
import { renderDocument } from './document.js';
import { pageOf } from './page.js';
import { readPage } from './read-page.js';

/** What is asked of a journal. */
export interface PageRequest
  extends
    Pick<ReportRequest, 'journal' | 'host' | 'days' | 'timeZone' | 'top' | 'budgets'>,
    Pick<LedgerRequest, 'baselinePercent' | 'mode'> {}

/**
 * The page of the asked days: one HTML document that needs nothing else.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makePage(request: PageRequest, nowMs: number): Promise<string> {
  const { journal, host, top, budgets, baselinePercent, mode } = request;
  const period = await askedPeriod(request, nowMs);
  const question = { host, top, budgets, baselinePercent, mode, period, nowMs };
  const recorded = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    return readPage(db, question);
  });
  return renderDocument(pageOf(recorded, nowMs));
}
