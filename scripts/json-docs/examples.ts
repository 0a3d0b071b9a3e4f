import { smallJournal } from '../../test/builders/journal.js';
import { csvOf, jsonOf } from '../../test/builders/report.js';

/** What docs/json.md shows: a document, and the beginning of CSV. */
export interface Example {
  document: unknown;
  csv: string;
}

/** How much of CSV is shown: the header, and two lines. */
const CSV_LINES = 3;

export async function makeExample(): Promise<Example> {
  const journal = smallJournal();
  const document = shortened(await jsonOf(journal));
  const lines = await csvOf(journal);
  journal.remove();
  return { document, csv: lines.slice(0, CSV_LINES).join('\n').trimEnd() };
}

/** The document with the first value of each list alone, which is all that a page has room for. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shortened(field)]));
}
