import { fitOf, ledgerOf, threeDays } from '../../test/builders/credits.js';
import { type JournalBuilder, smallJournal } from '../../test/builders/journal.js';
import { detailsDocument, detailsText, workDay } from '../../test/builders/details.js';
import { csvOf, jsonOf } from '../../test/builders/report.js';
import { statusDocument, WELL } from '../../test/builders/status.js';
import { recordedMonths, trendText } from '../../test/builders/trend.js';

/** What docs/json.md shows of a view: a document, and the beginnings of its kinds of CSV. */
export interface Example {
  document: unknown;
  /** None of a view that has no CSV. */
  csv: string[];
}

/** How much of CSV is shown: the header, and two lines. */
const CSV_LINES = 3;

const [json, csv] = [{ format: 'json' }, { format: 'csv' }] as const;

/** By view. */
export async function examples(): Promise<ReadonlyMap<string, Example>> {
  return new Map([
    ['report', await reportOf(smallJournal())],
    ['trend', await trendOf(months())],
    ['ledger', await creditsOf(threeDays(), ledgerOf)],
    ['fit', await creditsOf(threeDays(), fitOf)],
    ['user', await detailsOf({ view: 'user' })],
    ['hours', await detailsOf({ view: 'hours', user: undefined })],
    ['lifecycles', await detailsOf({ view: 'processes', user: undefined })],
    ['status', { document: shortened(statusDocument(WELL)), csv: [] }],
  ]);
}

function months(): JournalBuilder {
  const plan = { uid: 1001, name: 'foo_com', credits: 600, growth: 4, noise: 0.1 };
  return recordedMonths([plan]);
}

async function reportOf(journal: JournalBuilder): Promise<Example> {
  const document = shortened(await jsonOf(journal));
  const lines = await csvOf(journal);
  journal.remove();
  return { document, csv: [beginning(lines.join('\n'))] };
}

async function trendOf(journal: JournalBuilder): Promise<Example> {
  const document = shortened(JSON.parse(await trendText(journal, json)));
  const rows = await trendText(journal, csv);
  const days = await trendText(journal, { ...csv, by: 'day' });
  journal.remove();
  return { document, csv: [rows, days].map(beginning) };
}

async function creditsOf(
  journal: JournalBuilder,
  textOf: (journal: JournalBuilder, fields: { format: 'json' | 'csv' }) => Promise<string>,
): Promise<Example> {
  const document = shortened(JSON.parse(await textOf(journal, json)));
  const lines = await textOf(journal, csv);
  journal.remove();
  return { document, csv: [beginning(lines)] };
}

async function detailsOf(fields: Parameters<typeof detailsText>[1]): Promise<Example> {
  const journal = workDay();
  const document = shortened(await detailsDocument(journal, fields));
  const lines = await detailsText(journal, { ...fields, ...csv });
  journal.remove();
  return { document, csv: [beginning(lines)] };
}

/** The document with the first value of each list alone, which is all that a page has room for. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shortened(field)]));
}

function beginning(text: string): string {
  return text.split('\n').slice(0, CSV_LINES).join('\n').trimEnd();
}
