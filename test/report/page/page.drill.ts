/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { count, rounded, wholeSeconds } from '../../../src/shared/numbers.js';
import type { JournalBuilder } from '../../builders/journal.js';
import { busyJournal, pageOf } from '../../builders/page.js';
import { type JsonReport, jsonOf } from '../../builders/report.js';
import { startChromium } from '../../chromium.js';
import { temporaryFolder } from '../../temporary-folder.js';

const EVIL = '<img src=x onerror=alert(1)>"\'&';
const USERS = [
  'foo_com',
  EVIL,
  '\u202eevil',
  ...Array.from({ length: 9 }, (_, at) => `shop_${at}`),
];

/** A browser's first start reads a few hundred megabytes. */
const START_WITHIN_MS = 120_000;

/** The one hour that lies in the gap of the journal, in Ljubljana. */
const NOT_RECORDED = '12:00';

const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 } };

const budgets = { others: { kind: 'part of a vCPU', percent: 100 }, own: [] } as const;

let journal: JournalBuilder;
let report: JsonReport;
let browser: Browser;
let address: string;
beforeAll(async () => {
  journal = busyJournal(USERS);
  report = await jsonOf(journal, { budgets });
  const file = join(temporaryFolder(), 'day.html');
  writeFileSync(file, await pageOf(journal, { budgets }));
  address = pathToFileURL(file).href;
  browser = await startChromium();
}, START_WITHIN_MS);
afterAll(async () => {
  await browser.close();
  journal.remove();
});

/** What the pages of a test said and asked for. */
const said: string[] = [];
const requested: string[] = [];
afterEach(() => {
  expect(said.splice(0)).toEqual([]);
  expect(new Set(requested.splice(0))).toEqual(new Set([address]));
});

/** With all tables open. */
async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(address);
  await page.locator('details').evaluateAll((all) => {
    for (const each of all) each.setAttribute('open', '');
  });
  return page;
}

/** The cells of a table, line by line, heads first. */
async function cellsOf(page: Page, caption: string): Promise<string[][]> {
  const rows = page.getByRole('table', { name: caption, exact: true }).locator('tr');
  return rows.evaluateAll((lines) =>
    lines.map((line) => [...line.children].map((c) => c.textContent)),
  );
}

it('has the figures of the JSON, with names as they are', async () => {
  const page = await open();
  const [, ...lines] = await cellsOf(page, 'What each user spent of the budget');
  const byPercent = (report.users ?? []).toSorted((a, b) => b.budgetPercent - a.budgetPercent);
  const shown = byPercent.map((row) => [
    ...[(row.user ?? '').replace('\u202e', '\u{fffd}'), String(row.uid), rounded(row.credits)],
    `${rounded(row.recordedCapacityPercent ?? NaN)} %`,
    ...[`${rounded(row.capacityPercent ?? NaN)} %`, count(row.budgetUtilSeconds / 6_000)],
    ...[`${rounded(row.budgetPercent)} %`, wholeSeconds(row.cpuSeconds * 1_000)],
    ...[count(row.processes), count(row.utilSeconds), '', '0'],
  ]);
  expect(lines.slice(0, -1).toSorted()).toEqual(shown.toSorted());
  const total = lines.at(-1) ?? [];
  expect([total[0], total[2]]).toEqual(['total', rounded(report.total.credits)]);
  await page.close();
});

it('has the hours of the JSON, those of the smaller users in one', async () => {
  const page = await open();
  const [heads = [], ...lines] = await cellsOf(page, 'Credits of each hour by user');
  expect(heads.slice(-4)).toEqual(['(others)', 'all', 'of host', 'recorded, %']);
  const at = heads.indexOf('foo_com');
  expect(lines).toHaveLength(24);
  for (const [hour, { from, utilSeconds }] of report.hours.entries()) {
    const all = Object.values(utilSeconds).reduce((sum, value) => sum + value, 0);
    const line = lines[hour] ?? [];
    const time = from.slice(11, 16);
    const inWords = (value: number) => (time === NOT_RECORDED ? '?' : rounded(value / 6_000));
    expect(line[0]).toBe(time);
    expect(line[at]).toBe(inWords(utilSeconds['foo_com'] ?? 0));
    expect(line.at(-3)).toBe(inWords(all));
  }
  await page.close();
});

it('draws a name of the journal as text, and runs nothing of it', async () => {
  const page = await open();
  expect(await page.locator('img, script').count()).toBe(0);
  const drawn = await page.locator('#users svg.wide text').allTextContents();
  expect(drawn).toContain('<img src=x onerror=aler…');
  expect(await page.locator('body').textContent()).not.toContain('\u202e');
  await page.close();
});

it.each(['light', 'dark'] as const)('has texts that can be read in %s', async (colorScheme) => {
  const page = await open({ colorScheme });
  const contrasts = await page.evaluate(() => {
    const numbersOf = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const linear = (value: number) =>
      value <= 0.03928 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const luminance = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = numbersOf(colour).map(linear);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const backgroundOf = (element: Element): string => {
      const { backgroundColor } = getComputedStyle(element);
      const isClear = numbersOf(backgroundColor)[3] === 0;
      return isClear && element.parentElement !== null
        ? backgroundOf(element.parentElement)
        : backgroundColor;
    };
    const texts = document.querySelectorAll(
      'h1, h2, p, dt, strong, dd span, li, th, td, summary, svg.wide text',
    );
    return [...texts].map((element) => {
      const { color, fill } = getComputedStyle(element);
      const ink = luminance(element.tagName === 'text' ? fill : color);
      const paper = luminance(backgroundOf(element));
      return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    });
  });
  expect(contrasts.length).toBeGreaterThan(500);
  expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5);
  await page.close();
});

it('fits a phone: only tables are wider, in boxes of their own, and no text is small', async () => {
  const page = await open(PHONE);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await page.locator('svg.wide').first().isVisible()).toBe(false);
  const heights = await page.locator('svg.narrow').evaluateAll((plots) =>
    plots.flatMap((plot) => {
      const scale = plot.getBoundingClientRect().width / 360;
      const sizes = [...plot.querySelectorAll('text')].map(
        (text) => getComputedStyle(text).fontSize,
      );
      return sizes.map((size) => Number.parseFloat(size) * scale);
    }),
  );
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(10);
  await page.close();
});

it('is reached by keyboard as far as there is something to be scrolled', async () => {
  const page = await open(PHONE);
  const regions = await page.getByRole('region').locator('visible=true').count();
  const focused = new Set<string>();
  for (let presses = 0; presses < 2 * regions; presses++) {
    await page.keyboard.press('Tab');
    focused.add(
      await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''),
    );
  }
  const boxes = await page
    .locator('.scroll')
    .evaluateAll((all) => all.map((box) => box.getAttribute('aria-label') ?? ''));
  expect([...focused].filter((label) => label !== '')).toEqual(boxes);
  await page.close();
});

it('tells a screen reader what each plot shows, and heads of rows and columns', async () => {
  const page = await open();
  const plots = page.getByRole('img');
  expect(await plots.count()).toBe(4);
  for (const plot of await plots.all())
    expect(await plot.getAttribute('aria-label')).toMatch(/\w+ \w+/);
  expect(await page.locator('th:not([scope])').count()).toBe(0);
  expect(await page.locator('table:not([aria-label])').count()).toBe(0);
  await page.close();
});

it('prints every line of the tables that are open, on light paper', async () => {
  const page = await open({ colorScheme: 'dark', viewport: { width: 718, height: 1_000 } });
  await page.emulateMedia({ media: 'print' });
  const hidden = await page
    .locator('.scroll')
    .evaluateAll((boxes) =>
      boxes.filter((box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > 718),
    );
  expect(hidden).toEqual([]);
  expect(await page.locator('svg.wide').first().isVisible()).toBe(true);
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(paper).toBe('rgb(255, 255, 255)');
  await page.close();
});

it('keeps the names of the rows where they are when a table is scrolled', async () => {
  const page = await open(PHONE);
  const box = page.getByRole('region', { name: 'What each user spent of the budget' });
  const name = box.locator('tbody th').first();
  const before = await name.boundingBox();
  await box.evaluate((element) => {
    element.scrollLeft = 200;
  });
  expect(await box.evaluate((element) => element.scrollLeft)).toBe(200);
  expect((await name.boundingBox())?.x).toBe(before?.x);
  await page.close();
});

it('is a few sheets of paper as long as no table is open', async () => {
  const page = await open();
  await page.locator('details').evaluateAll((all) => {
    for (const each of all) each.removeAttribute('open');
  });
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(2);
  await page.close();
});
