import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvText } from '../../../src/report/formats/csv.js';
import { sanitize } from '../../../src/shared/sanitize.js';
import { fitOf, ledgerOf } from '../../builders/credits.js';
import { lastDays } from '../../builders/asked.js';
import { JournalBuilder } from '../../builders/journal.js';
import { readCsv } from '../../builders/read-csv.js';
import { csvOf } from '../../builders/report.js';
import { trendText } from '../../builders/trend.js';

/** What spreadsheets take for separators: LibreOffice several at a time, Excel what the country does. */
const SEPARATORS = [',', ';', ',;', '\t', '\t,;'];

const HOSTILE_NAMES = [
  "=cmd|' /C calc'!A0",
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  ' =1+1',
  '"=1+1',
  "'=1+1",
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  'a;=1+1',
  'a; =1+1;b',
  ';"=1+1;',
  'a,=1+1',
  'a";=1+1;"',
  'a\n=1+1',
  'a\r\n=1+1',
];

/** Whether a spreadsheet would run it. */
function isFormula(cell: string): boolean {
  return /^[\s"]*[=+\-@＝＋－＠]/.test(cell) && Number.isNaN(Number(cell));
}

function formulasIn(csv: string): string[] {
  return SEPARATORS.flatMap((each) => readCsv(csv, each).flat().filter(isFormula));
}

/** As docs/json.md says how to. */
function readBack(cell: string): string {
  return cell.replace(/(^|;)'(?=[\s'"]*[=+\-@＝＋－＠])/g, '$1');
}

describe('CSV', () => {
  it.each([
    ['=1', "'=1\n"],
    ['a;=1', `"a;'=1"\n`],
    ['a;b', '"a;b"\n'],
    ['a-b@c', 'a-b@c\n'],
    ['a "b"', '"a ""b"""\n'],
    ["'a", "'a\n"],
    ['a\u{1b}[31m\n', 'a\u{fffd}[31m\u{fffd}\n'],
  ])('has %j as %j', (name, text) => {
    expect(csvText([[name]])).toBe(text);
  });

  it('leaves numbers as they are, negative ones too, and nothing empty', () => {
    expect(csvText([[-1.5, 0, -0.000001, null, 1e15]])).toBe(
      '-1.5,0,-0.000001,,1000000000000000\n',
    );
  });

  const piece = fc.constantFrom(...'=+-@＝＋－＠;,\'" \t\r\na1'.split(''));
  const anyName = fc.oneof(fc.string({ unit: piece, minLength: 1 }), fc.string({ minLength: 1 }));

  it('runs nothing, whatever the names and the separators', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyName, anyName), { minLength: 1 }), (records) => {
        expect(formulasIn(csvText(records))).toEqual([]);
      }),
    );
  });

  it('gives each name back', () => {
    fc.assert(
      fc.property(fc.array(anyName, { minLength: 1 }), (names) => {
        const [cells = []] = readCsv(csvText([names]));
        expect(cells.map(readBack)).toEqual(names.map(sanitize));
      }),
    );
  });
});

describe('the CSV of every view', () => {
  let journal: JournalBuilder;
  beforeAll(() => {
    journal = new JournalBuilder().run({
      from: '2026-03-28T00:00:00Z',
      to: '2026-03-31T00:00:00Z',
      host: '=web1',
    });
    HOSTILE_NAMES.forEach((name, at) => {
      const at9 = { at: '2026-03-29T09:00:00Z', cpuMs: 60_000, started: 1 };
      journal.user(1_000 + at, name).usage({ ...at9, uid: 1_000 + at, program: name });
    });
  });
  afterAll(() => {
    journal.remove();
  });

  const format = 'csv';
  const days = { kind: 'day', day: '2026-03-29' } as const;
  const now = Date.parse('2026-03-31T12:00:00Z');
  const lines = async (fields: Parameters<typeof csvOf>[1]) =>
    `${(await csvOf(journal, fields)).join('\n')}\n`;
  const trend = (by: 'user' | 'program' | 'command' | 'day') =>
    trendText(journal, { format, by, days: lastDays(5) }, {}, now);

  it.each([
    ['report', () => lines({})],
    ['report --by program', () => lines({ by: 'program' })],
    ['report --by command', () => lines({ by: 'command' })],
    ['report --by host', () => lines({ by: 'host' })],
    ['report --days', () => trend('user')],
    ['report --days --by program', () => trend('program')],
    ['report --days --by command', () => trend('command')],
    ['report --days --by day', () => trend('day')],
    ['report --ledger', () => ledgerOf(journal, { format, days })],
    ['report --fit', () => fitOf(journal, { format, days })],
  ])('runs nothing, has as many cells in each line, and ends each: %s', async (_, csv) => {
    const text = await csv();
    const [header = [], ...records] = readCsv(text);
    expect(formulasIn(text)).toEqual([]);
    expect(text).toContain("'=web1");
    expect(text.endsWith('\n')).toBe(true);
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) expect(record).toHaveLength(header.length);
    expect(header.join()).toMatch(/^[a-z0-9_,]+$/);
  });
});

it('only one module writes CSV', () => {
  const source = new URL('../../../src/', import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const writers = files.filter(
    (file) =>
      file.endsWith('.ts') && readFileSync(new URL(file, source), 'utf8').includes('csv-stringify'),
  );
  expect(writers).toEqual(['report/formats/csv.ts']);
});
