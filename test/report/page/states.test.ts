import { afterEach, expect, it } from 'vitest';
import { JournalBuilder } from '../../builders/journal.js';
import { busyJournal, pageOf } from '../../builders/page.js';

let journal: JournalBuilder;
afterEach(() => {
  journal.remove();
});

/** The text of a section's finding, without markup. */
function findingOf(page: string, id: string): string {
  const [, finding = ''] =
    new RegExp(`<section id="${id}"[^]*?<p class="finding">([^]*?)</p>`).exec(page) ?? [];
  return finding
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

it('says what a day came to, and who is over the budget', async () => {
  journal = busyJournal(['foo_com', 'bar_org']);
  const own = [
    {
      holders: { kind: 'user', name: 'foo_com', uid: null },
      amount: { kind: 'util-seconds a day', utilSeconds: 6_000 * 100 },
    },
  ] as const;
  const others = { kind: 'util-seconds a day', utilSeconds: 6_000 * 1_000 } as const;
  const page = await pageOf(journal, { budgets: { others, own } });
  expect(findingOf(page, 'summary')).toMatch(/^2 users spent \d+\.00 credits, foo_com the most: /);
  expect(findingOf(page, 'budgets')).toMatch(/^foo_com is at 2\d\d\.00 % of the budget\.$/);
  expect(findingOf(page, 'coverage')).toMatch(/^Recorded 21h 30m, .*1 gap: 12:00:00 – 13:30:00/);
});

it('says where a day that is not over leads', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, {}, Date.parse('2026-03-29T09:00:00Z'));
  expect(findingOf(page, 'summary')).toContain('If it goes on like that it will be');
  expect(page).toContain('% at the end');
  expect(page).toContain('at the end, if it goes on like that');
  // Nine hours of 23: two bars, and a figure for the end of each.
  const [, value, atEnd] = />(\d+\.\d\d) → (\d+\.\d\d)%<\/text>/.exec(page) ?? [];
  expect(Number(atEnd) / Number(value)).toBeCloseTo(23 / 10, 1);
  expect(page).toContain(`foo_com ${value ?? ''} % (${atEnd ?? ''} % at the end)`);
});

it('holds an hour or a day that is not over against no whole one', async () => {
  journal = busyJournal(['foo_com']);
  const nowMs = Date.parse('2026-03-29T08:30:00Z');
  const page = await pageOf(journal, {}, nowMs);
  const lineOf = (head: string) =>
    new RegExp(`<th scope="row"><bdi>${head}</bdi></th>([^]*?)</tr>`).exec(page)?.[1] ?? '';
  expect(lineOf('09:00')).toMatch(/\d\.\d\d<\/td>\s*$/);
  expect(lineOf('10:00')).toMatch(/so far<\/td>\s*$/);
  expect(lineOf('11:00')).toMatch(/<td class="figure"><\/td>\s*$/);
  expect(lineOf('2026-03-28')).toMatch(/\d\.\d\d<\/td>\s*$/);
  expect(lineOf('2026-03-29')).toMatch(/so far<\/td>\s*$/);
});

it('ends the trend with the day that is asked for, not with today', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, { days: { kind: 'day', day: '2026-03-20' } });
  expect(page).toContain('<th scope="row"><bdi>2026-02-19</bdi></th>');
  expect(page).toContain('<th scope="row"><bdi>2026-03-20</bdi></th>');
  expect(page).not.toContain('2026-03-21');
});

it('has a page for days of which nothing was recorded', async () => {
  journal = new JournalBuilder()
    .run({ from: '2026-01-01T10:00:00Z', to: '2026-01-01T12:00:00Z' })
    .close();
  const page = await pageOf(journal);
  expect(findingOf(page, 'summary')).toMatch(/^nothing was recorded on this day; last recorded/);
  expect(findingOf(page, 'budgets')).toBe('Nobody spent anything.');
  expect(findingOf(page, 'hours')).toBe('Nothing was spent.');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

it.each([
  ['2026-03-27', 'hour'],
  ['2026-03-26', 'day'],
])('from %s on has bars by %s', async (from, step) => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, { days: { kind: 'range', from, to: '2026-03-28' } });
  expect(page).toContain(`Credits of each ${step} by user`);
  expect(page).toContain('The days</h2>');
});

it('is the same text for the same journal and moment', async () => {
  journal = busyJournal(['foo_com', 'bar_org']);
  expect(await pageOf(journal)).toBe(await pageOf(journal));
});

it('shows the largest users and the others in one, as --top says', async () => {
  journal = busyJournal(['foo_com', 'bar_org', 'shop_net']);
  const page = await pageOf(journal, { top: 1 });
  expect(page).toContain('others: 2');
  expect(page).not.toContain('bar_org');
});

it('draws shares against the whole, however small they are', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, { baselinePercent: 0.1 });
  for (const id of ['budgets', 'ledger']) {
    const [drawing = ''] = new RegExp(`<section id="${id}"[^]*?</svg>`).exec(page) ?? [];
    const labels = [...drawing.matchAll(/>(\d+)%<\/text>/g)].map(([, digits]) => Number(digits));
    expect(labels).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  }
});

it('says of an hour without a sample that no second of it was recorded', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal);
  expect(page).toContain('<td class="figure">0s</td>');
  expect(page).not.toContain('0ms');
});
