import { asJournalError } from '../../shared/journal/errors.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { assertRecorded, recordedSinceHint, type ReportRequest } from '../make-report.js';
import type { LedgerRequest } from '../credits/make-ledger.js';
import { readPeriod } from '../period.js';
import { readTimeZone } from '../time-zone.js';
import { renderDocument } from './document.js';
import { type Page, pageOf } from './page.js';
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
  const { journal, days, timeZone: zone, ...asked } = request;
  const timeZone = await readTimeZone(zone);
  const period = readPeriod(days, nowMs, timeZone, () => recordedSinceHint(journal, timeZone));
  const question = { ...asked, period, nowMs };
  const db = openJournalReadOnly(journal);
  let page: Page;
  try {
    assertRecorded(db, period, journal);
    // One transaction, so that all figures are of the same moment while a recorder writes.
    const recorded = db.transaction(() => readPage(db, question))();
    page = pageOf(recorded, nowMs);
  } catch (error) {
    throw asJournalError('cannot read the journal', journal, error);
  } finally {
    db.close();
  }
  return renderDocument(page);
}
