import { resolvePeriod, assertRecorded, readJournal } from '../data/journal.js';
import type { PageQuery } from '../query.js';
import { renderDocument } from './document.js';
import { pageOf } from './page.js';
import { readPage } from './read-page.js';

/**
 * The page of the asked days: one HTML document that needs nothing else.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError EMPTY when the journal holds no sample yet
 * @throws JournalError when the journal can't be read
 */
export async function makePage(query: PageQuery, nowMs: number): Promise<string> {
  const { journal, host, top, budgets, baselinePercent, mode } = query;
  const period = await resolvePeriod(query, nowMs);
  const options = { host, top, budgets, baselinePercent, mode, period, nowMs };
  const recorded = readJournal(journal, (db) => {
    assertRecorded(db, period, journal);
    return readPage(db, options);
  });
  return renderDocument(pageOf(recorded, nowMs));
}
