import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../src/report/formats/csv.js';
import { toHtmlTable } from '../../../src/report/formats/html-table.js';
import { toJson } from '../../../src/report/formats/json.js';
import { toText } from '../../../src/report/formats/text.js';
import {
  toDocument,
  field,
  type Line,
  list,
  object,
  objectOrNull,
  toSheet,
  type Table,
  type View,
} from '../../../src/report/view.js';

interface Row extends Line {
  cpuMs: number | null | undefined;
}

const row = (label: string, cpuMs: Row['cpuMs'], kind: Line['kind'] = 'row'): Row => ({
  ...{ kind, label, cpuMs },
});

const NAME = field<Row>('name', 'text', ({ label }) => label, 'Its name.');
const CREDITS = field<Row>('spentCredits', 'credits', ({ cpuMs }) => cpuMs, 'Credits spent.');
const TIME = field<Row>('cpuSeconds', 'cpuTime', ({ cpuMs }) => cpuMs, 'CPU time.');
const IS_IDLE = field<Row>('isIdle', 'flag', ({ cpuMs }) => cpuMs === 0, 'Whether it is idle.');
const STARTED = field<Row>('startedAt', 'moment', () => 0, 'When it started.');

const FIELDS = [NAME, CREDITS, TIME, IS_IDLE, STARTED];

function tableWith(rows: readonly Row[]): Table<Row> {
  return {
    title: 'name',
    rows,
    columns: [
      { ...CREDITS, title: 'credits', subtitle: 'vCPU-min', rank: 0, isAlarming: isLarge },
      { ...TIME, title: 'CPU time', rank: 1 },
    ],
  };
}

function isLarge({ cpuMs }: Row): boolean {
  return (cpuMs ?? 0) > 60_000;
}

function viewOf(rows: readonly Row[]): View {
  const members = [
    list('rows', 'Rows.', FIELDS, (model: readonly Row[]) => model),
    object('first', 'The first.', [TIME], (model: readonly Row[]) => model[0] ?? row('none', null)),
    objectOrNull('last', 'The last.', [TIME], (model: readonly Row[]) => model[1] ?? null),
    list('others', 'None.', FIELDS, () => undefined),
  ];
  return {
    timeZone: 'Europe/Ljubljana',
    document: toDocument({ view: 'test', command: '', about: '', members }, rows),
    sheet: toSheet(FIELDS, rows),
    screen: () => ({
      heading: [['web\u001b[1m1', 'a day']],
      tables: [tableWith(rows)],
      notes: ['a note'],
    }),
  };
}

const terminal = { columns: 60, colour: false };

describe('what is not known, and what does not apply', () => {
  const view = viewOf([row('unknown', null), row('none', undefined)]);

  it('is a question mark and nothing on the terminal', async () => {
    const lines = (await toText(view, terminal)).split('\n');
    expect(lines).toContain('unknown         ?         ?');
    expect(lines).toContain('none');
  });

  it('is a question mark and nothing on the page', () => {
    const { text } = toHtmlTable(tableWith([row('unknown', null), row('none', undefined)]), 'All');
    expect(text).toContain('<td class="figure">?</td>');
    expect(text).toContain('<td class="figure"></td>');
  });

  it('is null and left out in JSON', () => {
    expect(JSON.parse(toJson(view))).toEqual({
      schema: 1,
      view: 'test',
      rows: [
        {
          ...{ name: 'unknown', spentCredits: null, cpuSeconds: null, isIdle: false },
          startedAt: '1970-01-01T01:00:00+01:00',
        },
        { name: 'none', isIdle: false, startedAt: '1970-01-01T01:00:00+01:00' },
      ],
      first: { cpuSeconds: null },
      last: {},
    });
    expect(JSON.parse(toJson(viewOf([])))).toMatchObject({ rows: [], last: null });
  });

  it('is an empty cell in CSV', () => {
    expect(toCsv(view)).toBe(
      'name,spent_credits,cpu_seconds,is_idle,started_at\n' +
        'unknown,,,0,1970-01-01T01:00:00+01:00\n' +
        'none,,,0,1970-01-01T01:00:00+01:00\n',
    );
  });
});

it('a value is rounded for people and for programs, each in the unit of its field', async () => {
  const view = viewOf([row('foo', 1_234_567)]);
  expect(await toText(view, terminal)).toContain('foo       20.6   0:20:35');
  expect(toCsv(view)).toContain('foo,20.576117,1234.567,0,');
});

it('no text of a heading, a label or a cell moves the cursor', async () => {
  const hostile = { ...row('a\u001b[2Jb', 1), kind: 'row' } as const;
  expect(await toText(viewOf([hostile]), terminal)).not.toContain('\u001b');
});

it('the page marks rows that alarm, and those that are sums', () => {
  const { text } = toHtmlTable(tableWith([row('<b>', 90_000), row('all', 90_000, 'total')]), 'All');
  expect(text).toMatch(/<tr class="over">\s*<th scope="row"><bdi>&lt;b&gt;<\/bdi>/);
  expect(text).toMatch(/<tr class="sum">\s*<th scope="row">all</);
  expect(text).toContain('<th scope="col" class="figure">credits, vCPU-min</th>');
});
