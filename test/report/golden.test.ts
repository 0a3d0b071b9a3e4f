import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJson } from '../../src/report/formats/json.js';
import { toText } from '../../src/report/formats/text.js';
import { sanitizeJson } from '../../src/shared/sanitize.js';
import { actAs } from '../builders/act-as.js';
import { print } from '../builders/command-line.js';
import { threeDays } from '../builders/credits.js';
import { goldenAutumn, goldenDay, goldenIdle } from '../builders/golden-journals.js';
import type { JournalBuilder } from '../builders/journal.js';
import { busyJournal } from '../builders/page.js';
import { STATES, statusOf } from '../builders/status.js';
import { recordedMonths, TREND_NOW } from '../builders/trend.js';
import { startInfluxAnswers } from '../servers/influx-answers.js';

// Whoever asks for --mine is foo_com on every machine.
actAs('foo_com', 1001);

const AFTER = Date.parse('2026-03-31T10:00:00Z');
const MORNING = Date.parse('2026-03-29T09:40:00Z');
const CREDITS_NOON = Date.parse('2026-03-30T10:00:00Z');
const DAY = ['--day', '2026-03-29'];
const MONTHS = [
  { uid: 1001, name: 'foo_com', credits: 600, growth: 4, noise: 0.1 },
  { uid: 1002, name: 'a-customer-with-a-long-name_si', credits: 900, growth: 0, noise: 0.15 },
  { uid: 1003, name: 'bar_org', credits: 150, growth: -0.6, noise: 0.1 },
  { uid: 1004, name: 'slow_net', credits: 20, growth: 0.05, noise: 0.1 },
  { uid: 1005, name: 'full_eu', credits: 1_500, growth: 0, noise: 0.05 },
  { uid: 0, name: 'root', credits: 2, growth: 0, noise: 0.3 },
];

/** Journals by the names that cases have for them. */
const JOURNALS = {
  day: goldenDay,
  pruned: () => goldenDay('2026-03-29T09:30:00Z'),
  idle: goldenIdle,
  autumn: goldenAutumn,
  credits: () => threeDays().close(),
  months: () => recordedMonths(MONTHS).close(),
  page: () => busyJournal(['foo_com', '<b onclick="x">&', '\u202eevil']),
};

type JournalName = keyof typeof JOURNALS;

interface Case {
  of: JournalName;
  args: readonly string[];
  nowMs?: number;
  /** Widths of the terminal where they are not 80 alone. */
  columns?: readonly number[];
  colour?: boolean;
}

const WIDTHS = [60, 80, 140];

const day = (...args: string[]): Case => ({ of: 'day', args: [...DAY, ...args] });

/** What each view is asked for; each case is printed in each format, the table in each width. */
const VIEWS: Record<string, Case[]> = {
  day: [
    { ...day(), columns: WIDTHS },
    { ...day('--verbose'), columns: WIDTHS },
    { ...day(), colour: true },
    day('--top', '2'),
    day('--top', '1', '--verbose'),
    day('--sort', 'name', '--top', '4'),
    day('--sort', 'left', '--budget', '20%', '--budget', 'foo_com=288c'),
    day('--sort', 'short-lived', '--top', '1'),
    { ...day('--budget', '20%', '--budget', '*_net=1728000'), columns: WIDTHS },
    { ...day(), nowMs: MORNING, columns: WIDTHS },
    { ...day('--check', '80,100') },
    day('--user', 'bar_org', '--by', 'user'),
    day('--mine', '--by', 'user'),
    day('--user', '*_net', '--by', 'user'),
    { of: 'day', args: ['--day', '2026-03-31'], columns: WIDTHS },
    { of: 'day', args: ['--from', '2026-03-28', '--to', '2026-03-31'], columns: WIDTHS },
    { of: 'day', args: ['--week', 'last'] },
    { of: 'day', args: ['--month', '--user', '[bf]*', '--by', 'user'] },
    { of: 'day', args: ['--day', '2026-03-29', '--tz', 'Asia/Kolkata'] },
    { of: 'idle', args: DAY },
    { of: 'credits', args: ['--day', '2026-03-30', '--verbose'], nowMs: CREDITS_NOON },
  ],
  'day-by-program': [
    { ...day('--by', 'program'), columns: WIDTHS },
    { ...day('--by', 'program'), colour: true },
    day('--by', 'program', '--top', '2', '--verbose'),
    day('--by', 'program', '--user', 'foo_com'),
    day('--by', 'program', '--mine'),
    day('--by', 'program', '--user', '[bf]*'),
    { of: 'day', args: ['--day', '2026-03-31', '--by', 'program'] },
  ],
  'day-by-command': [
    { ...day('--by', 'command'), columns: WIDTHS },
    day('--by', 'command', '--user', 'foo_com', '--top', '1'),
  ],
  'day-by-host': [
    { ...day('--by', 'host'), columns: WIDTHS },
    day('--by', 'host', '--verbose'),
    { of: 'day', args: ['--day', '2026-03-31', '--by', 'host'] },
  ],
  hours: [
    { ...day('--by', 'hour'), columns: WIDTHS },
    { ...day('--by', 'hour'), colour: true },
    { ...day('--by', 'hour'), nowMs: MORNING },
    { ...day('--by', 'hour', '--user', 'foo_com'), columns: WIDTHS },
    day('--by', 'hour', '--verbose'),
    day('--by', 'hour', '--user', '*_net'),
    {
      of: 'day',
      args: ['--hours', '24'],
      nowMs: Date.parse('2026-03-30T14:40:00Z'),
      columns: WIDTHS,
    },
    { of: 'day', args: ['--hours', '3', '--user', 'foo_com'], nowMs: MORNING },
    { of: 'day', args: ['--hours', '2'] },
    { of: 'day', args: ['--day', '2026-03-31', '--by', 'hour'] },
    { of: 'day', args: ['--from', '2026-03-28', '--to', '2026-03-29', '--by', 'hour'] },
    { of: 'autumn', args: ['--day', '2025-10-26', '--by', 'hour'] },
  ],
  processes: [
    { ...day('--by', 'process'), columns: WIDTHS },
    { ...day('--by', 'process'), colour: true },
    { ...day('--by', 'process', '--top', '3'), columns: WIDTHS },
    day('--by', 'process', '--top', '3', '--user', 'foo_com'),
    day('--by', 'process', '--top', '3', '--user', '*_net'),
    { ...day('--by', 'process', '--verbose'), nowMs: MORNING },
    { of: 'day', args: ['--day', '2026-03-31', '--by', 'process'] },
    { of: 'day', args: ['--from', '2026-03-28', '--to', '2026-03-29', '--by', 'process'] },
    { of: 'pruned', args: [...DAY, '--by', 'process'], columns: WIDTHS },
    { of: 'pruned', args: ['--from', '2026-03-28', '--to', '2026-03-29', '--by', 'process'] },
  ],
  minute: [
    { ...day('--at', '11:02'), columns: WIDTHS },
    { ...day('--at', '11:02'), colour: true },
    { ...day('--at', '11:02'), nowMs: Date.parse('2026-03-29T09:02:40Z') },
    day('--at', '01:17', '--user', 'foo_com', '--top', '1'),
    day('--at', '03:02', '--user', '*_net'),
    day('--at', '06:03'),
    day('--at', '08:00'),
    day('--at', '09:10'),
    { of: 'pruned', args: [...DAY, '--at', '11:02'] },
    { of: 'autumn', args: ['--day', '2025-10-26', '--at', '02:05'] },
  ],
  user: [
    { ...day('--user', 'foo_com'), columns: WIDTHS },
    { ...day('--user', 'foo_com'), colour: true },
    { ...day('--user', 'bar_org', '--verbose', '--budget', '20%'), columns: WIDTHS },
    day('--user', 'foo_com', '--top', '1'),
    day('--user', 'uid:2001'),
    day('--user', 'uid:1003'),
    day('--mine', '--top', '2'),
    { ...day('--user', '[bf]*'), columns: WIDTHS },
    { ...day('--user', 'foo_com'), nowMs: MORNING },
    { of: 'day', args: ['--from', '2026-03-28', '--to', '2026-03-30', '--user', 'foo_com'] },
    { of: 'pruned', args: [...DAY, '--user', 'foo_com'] },
  ],
  trend: [
    { ...trend('91'), columns: WIDTHS },
    { ...trend('91'), colour: true },
    trend('40', '--by', 'program'),
    trend('40', '--by', 'command'),
    { ...trend('15', '--top', '2', '--verbose'), columns: WIDTHS },
    trend('70', '--verbose', '--sort', 'name'),
    trend('91', '--top', '2', '--budget', '300c', '--budget', 'bar_org=100c'),
    { ...trend('30'), nowMs: Date.parse('2026-09-01T12:00:00Z') },
    { ...trend('91', '--user', 'foo_com'), columns: WIDTHS },
    trend('40', '--by', 'program', '--user', 'slow_net'),
    trend('91', '--user', '*_[en]*', '--budget', '100c'),
    { of: 'day', args: ['--days', '7', '--verbose'] },
    { of: 'day', args: ['--days', '7', '--mine'] },
    { of: 'idle', args: ['--days', '5'] },
  ],
  'trend-by-day': [
    { ...trend('30', '--by', 'day'), columns: WIDTHS },
    { ...trend('91', '--by', 'day', '--verbose'), colour: true },
    { ...trend('30', '--by', 'day'), nowMs: Date.parse('2026-09-01T12:00:00Z') },
    { of: 'day', args: ['--days', '7', '--by', 'day'] },
    { ...trend('30', '--by', 'day', '--user', 'foo_com'), columns: WIDTHS },
  ],
  ledger: [
    { ...ledger(), columns: WIDTHS },
    { ...ledger('--mode', 'unlimited'), columns: WIDTHS },
    { ...ledger(), colour: true },
    ledger('--top', '1'),
    ledger('--top', '2', '--mode', 'unlimited', '--baseline', '5%'),
    ledger('--sort', 'left'),
    ledger('--user', 'foo_com'),
    ledger('--user', '*_*', '--top', '1'),
    ledger('--sort', 'name', '--top', '3'),
    { of: 'credits', args: ['--ledger', '--day', '2026-03-31'] },
    { of: 'credits', args: ['--ledger', '--from', '2026-03-28', '--to', '2026-03-30'] },
    { of: 'day', args: ['--ledger', ...DAY, '--baseline', '50%'] },
    { of: 'idle', args: ['--ledger', ...DAY] },
    { of: 'months', args: ['--ledger', '--day', 'today'], nowMs: TREND_NOW },
  ],
  fit: [
    { of: 'credits', args: ['--fit', '--force'], columns: WIDTHS },
    { of: 'credits', args: ['--fit', '--force'], colour: true },
    { of: 'credits', args: ['--fit', '--force', '--day', '2026-03-29'] },
    { of: 'day', args: ['--fit', '--force', ...DAY] },
    { of: 'idle', args: ['--fit', '--force'] },
    { of: 'credits', args: ['--fit', '--force', '--day', '2026-03-31'] },
    { of: 'months', args: ['--fit', '--force'], nowMs: TREND_NOW },
  ],
};

const FLEET: readonly string[][] = [
  DAY,
  [...DAY, '--top', '1', '--verbose'],
  [...DAY, '--by', 'program'],
  [...DAY, '--by', 'host'],
  [...DAY, '--server', 'victoriametrics', '--verbose'],
  ['--day', '2026-03-10'],
];

function trend(days: string, ...args: string[]): Case {
  return { of: 'months', args: ['--days', days, '--tz', 'UTC', ...args], nowMs: TREND_NOW };
}

function ledger(...args: string[]): Case {
  return { of: 'credits', args: ['--ledger', '--day', '2026-03-30', '--tz', 'UTC', ...args] };
}

describe('what a report prints, byte for byte', () => {
  const journals = new Map<JournalName, JournalBuilder>();
  beforeAll(() => {
    for (const name of Object.keys(JOURNALS) as JournalName[]) journals.set(name, JOURNALS[name]());
  });
  afterAll(() => {
    for (const journal of journals.values()) journal.remove();
  });

  const pathOf = (name: JournalName) => journals.get(name)?.path ?? '';

  describe.each(Object.keys(VIEWS))('%s', (view) => {
    const cases = VIEWS[view] ?? [];

    it('as a table', async () => {
      const shown: string[] = [];
      for (const { columns = [80], ...each } of cases) {
        for (const width of columns) shown.push(await section(each, ['table', width]));
      }
      await expect(shown.join('\n')).toMatchFileSnapshot(`golden/${view}.table.txt`);
    });

    it.each(['json', 'csv'] as const)('as %s', async (format) => {
      const shown: string[] = [];
      // Neither colour nor what only the table has changes anything.
      const others = cases.filter(({ colour, args }) => !(colour ?? args.includes('--verbose')));
      for (const each of others) shown.push(await section(each, [format, 80]));
      await expect(shown.join('\n')).toMatchFileSnapshot(`golden/${view}.${format}.txt`);
    });
  });

  it('a page, but for its style, with a digest of each drawing', async () => {
    const cases: Case[] = [
      { of: 'page', args: DAY },
      { of: 'page', args: [...DAY, '--top', '1'], nowMs: MORNING },
      { of: 'page', args: ['--from', '2026-03-26', '--to', '2026-03-29'] },
      { of: 'day', args: [...DAY, '--ledger', '--mode', 'unlimited'] },
      { of: 'day', args: ['--day', '2026-03-31'] },
      { of: 'day', args: [...DAY, '--user', 'foo_com'] },
    ];
    const shown: string[] = [];
    for (const each of cases) shown.push(await section(each, ['html', 80]));
    await expect(shown.join('\n')).toMatchFileSnapshot('golden/page.html.txt');
  });

  it('what a database has received', async () => {
    const server = await startInfluxAnswers();
    const to = ['--source', 'influx', '--url', server.url, '--database', 'psusage'];
    for (const format of ['table', 'json', 'csv'] as const) {
      const shown: string[] = [];
      for (const args of FLEET) {
        for (const width of format === 'table' ? [60, 80] : [80]) {
          const each = { of: 'day', args: [...args, ...to] } as const;
          shown.push(
            (await section(each, [format, width])).replaceAll(server.url, 'http://server'),
          );
        }
      }
      await expect(shown.join('\n')).toMatchFileSnapshot(`golden/influx.${format}.txt`);
    }
    await server.stop();
  });

  async function section(
    { of, args, nowMs = AFTER, colour = false }: Omit<Case, 'columns'>,
    [format, columns]: [format: string, columns: number],
  ): Promise<string> {
    const where = ['--journal', pathOf(of), '--host', 'named-by-option'];
    const tz = args.includes('--tz') ? [] : ['--tz', 'Europe/Ljubljana'];
    const all = ['report', ...where, ...tz, '--format', format, ...args];
    const { stdout, exitCode } = await print(all, { nowMs, columns, colour });
    // A check has a line for each user, however long.
    if (format === 'table' && !colour && !args.includes('--check')) {
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    }
    const titles = [of, `report ${args.join(' ')}`, new Date(nowMs).toISOString()];
    if (format === 'table') titles.push(`${columns} columns${colour ? ' in colour' : ''}`);
    if (exitCode !== 0) titles.push(`exit code ${exitCode}`);
    return `=== ${titles.join(' · ')}\n${readable(stdout, format)}`;
  }
});

describe('what the status prints', () => {
  it('as a table', async () => {
    const shown: string[] = [];
    for (const [name, facts] of Object.entries(STATES)) {
      for (const columns of WIDTHS) {
        const text = await toText(statusOf(facts), { columns, colour: false });
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
        shown.push(`=== ${name} · ${columns} columns\n${text}`);
      }
      const inColour = await toText(statusOf(facts), { columns: 80, colour: true });
      shown.push(`=== ${name} · in colour\n${readable(inColour, 'table')}`);
    }
    await expect(shown.join('\n')).toMatchFileSnapshot('golden/status.table.txt');
  });

  it('as JSON', async () => {
    const shown = Object.entries(STATES).map(
      ([name, facts]) => `=== ${name}\n${compactDocument(toJson(statusOf(facts)))}`,
    );
    await expect(shown.join('\n')).toMatchFileSnapshot('golden/status.json.txt');
  });
});

/** The same text for the same bytes, and in fewer lines. */
function readable(stdout: string, format: string): string {
  switch (format) {
    case 'json':
      return compactDocument(stdout);
    case 'html':
      return compactPage(stdout);
    default:
      return stdout.replaceAll('\u001b', '␛');
  }
}

/** Keys in order, since theirs is not promised; a line for each, and for each element of a list. */
function compactDocument(text: string): string {
  const document = JSON.parse(text) as object;
  expect(text).toBe(`${sanitizeJson(JSON.stringify(document, null, 2))}\n`);
  const lines = Object.entries(document)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]: [string, unknown]) => {
      const isList = Array.isArray(value) && value.some((each) => typeof each === 'object');
      if (!isList) return `${key}: ${oneLine(value)}`;
      return [`${key}:`, ...value.map((each) => `  ${oneLine(each)}`)].join('\n');
    });
  return `${lines.join('\n')}\n`;
}

function oneLine(value: unknown): string {
  return sanitizeJson(JSON.stringify(inOrder(value)));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return isLong(value) ? shortened(value) : value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, inOrder(each)]));
}

/** Ninety days' figures of each user are nothing that somebody compares by eye. */
function isLong(list: readonly unknown[]): boolean {
  return list.length > 31 && list.every((each) => typeof each === 'number');
}

function shortened(list: readonly unknown[]): string {
  return `${list.length} numbers, ${digest(JSON.stringify(list))}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function compactPage(page: string): string {
  return page
    .replace(/<style>[^]*?<\/style>/, '<style></style>')
    .replaceAll(/<svg[^]*?<\/svg>/g, (svg) => `<svg>${digest(svg)}</svg>`)
    .replaceAll(/^ +/gm, '')
    .replaceAll(/>\n</g, '><')
    .replaceAll(/<(\/?(?:tr|section|table|main|nav|p))\b/g, '\n<$1');
}
