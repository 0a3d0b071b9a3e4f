import { afterEach, beforeEach, expect, test } from 'vitest';
import { RUN, statusDocument, WELL } from '../builders/status.js';
import { lastDays, named, NOW } from '../builders/asked.js';
import { fitOf, ledgerOf } from '../builders/credits.js';
import { detailsText } from '../builders/details.js';
import { JournalBuilder } from '../builders/journal.js';
import { pageOf } from '../builders/page.js';
import { jsonOf, tableOf } from '../builders/report.js';
import { trendText } from '../builders/trend.js';

type Format = 'table' | 'json';

const COARSE = 'figures less exact: procps 3.3 shows the CPU time of an old process to a second';
const AGELESS =
  'figures less exact: ps can’t tell how old processes are in this container; ' +
  'each process’s CPU time is known to a second, and its start is when it was first seen';

/** What every view of a journal says of it. */
const VIEWS: Record<string, (journal: JournalBuilder, format: Format) => Promise<string>> = {
  report: async (journal, format) =>
    format === 'table' ? tableOf(journal) : JSON.stringify(await jsonOf(journal)),
  user: (journal, format) => detailsText(journal, { user: named('foo_com'), format }),
  trend: (journal, format) => trendText(journal, { days: lastDays(3), format }, {}, NOW),
  days: (journal, format) => trendText(journal, { days: lastDays(3), format, by: 'day' }, {}, NOW),
  ledger: (journal, format) => ledgerOf(journal, { format }),
  fit: (journal, format) => fitOf(journal, { format }),
};

let journal: JournalBuilder;
beforeEach(() => {
  journal = new JournalBuilder().user(1_001, 'foo_com');
  journal.usage({ at: '2026-03-29T12:00:00Z', uid: 1_001, cpuMs: 9_000, started: 1 });
});
afterEach(() => {
  journal.remove();
});

const RUNS = [
  { name: 'exact', fields: {}, lines: [] },
  { name: 'coarse', fields: { precision: 'pcpu' }, lines: [COARSE] },
  { name: 'ageless', fields: { agesUnknown: 1 }, lines: [AGELESS] },
] as const;

test.each(RUNS)('each view tells of a run that is $name', async ({ fields, lines }) => {
  journal.run({ from: '2026-03-28T00:00:00Z', to: '2026-03-31T10:00:00Z', ...fields });
  const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
  const coverage = {
    coarseCpuTime: 'precision' in fields,
    unknownAges: 'agesUnknown' in fields,
  };
  for (const [view, textOf] of Object.entries(VIEWS)) {
    const table = flat(await textOf(journal, 'table'));
    for (const line of lines) expect(table, view).toContain(line);
    if (lines.length === 0) expect(table, view).not.toContain('less exact');
    expect(JSON.parse(await textOf(journal, 'json')), view).toMatchObject({ coverage });
  }
  const page = flat(await pageOf(journal));
  for (const line of lines) expect(page.includes(line.replace(/^f/, 'F'))).toBe(true);
});

test('so does the status', () => {
  const documentOf = (run: object | null) => {
    const facts = { ...WELL, run: run === null ? null : { ...RUN, ...run } };
    return statusDocument(facts);
  };
  const exact = { coarseCpuTime: false, unknownAges: false };
  expect(documentOf({})).toMatchObject(exact);
  expect(documentOf({ precision: 'pcpu' })).toMatchObject({ ...exact, coarseCpuTime: true });
  expect(documentOf({ areAgesKnown: false })).toMatchObject({ ...exact, unknownAges: true });
  expect(documentOf(null)).toMatchObject({ coarseCpuTime: null, unknownAges: null });
});
