import { afterEach, expect, it } from 'vitest';
import { JournalBuilder } from '../../builders/journal.js';
import { busyJournal, pageOf as wholePageOf } from '../../builders/page.js';

let journal: JournalBuilder;
afterEach(() => {
  journal.remove();
});

/** With usual spaces. */
async function pageOf(...args: Parameters<typeof wholePageOf>): Promise<string> {
  return (await wholePageOf(...args)).replaceAll('\u{a0}', ' ');
}

function textOf(markup = ''): string {
  return markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([,.;)])/g, '$1')
    .trim();
}

/** What the box says before any section. */
function verdictOf(page: string): string {
  return textOf(/<section id="summary"[^>]*>([^]*?)<\/section>/.exec(page)?.[1]);
}

/** The text of a section's finding, without markup. */
function findingOf(page: string, id: string): string {
  return textOf(
    new RegExp(`<section id="${id}"[^]*?<p class="finding">([^]*?)</p>`).exec(page)?.[1],
  );
}

/** The cells of a table's line, without its head. */
function lineOf(page: string, head: string): string[] {
  const [, cells = ''] =
    new RegExp(`<th scope="row"><bdi>${head}</bdi></th>([^]*?)</tr>`).exec(page) ?? [];
  return [...cells.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, text = '']) => text);
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
  expect(verdictOf(page)).toMatch(
    /^The host has room; 1 user is over budget While it was recorded all vCPUs were \d+\.\d % busy on average, and \d+\.\d % in the busiest hour, from \d\d:00\. Over budget: foo_com \(2\d\d %\)\.$/,
  );
  expect(page).toContain('<section id="summary" class="verdict bad">');
  expect(findingOf(page, 'coverage')).toMatch(/^Recorded 21h 30m, .*1 gap: 12:00:00 – 13:30:00/);
});

it('says where a day that is not over leads', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, budgetOf(100), Date.parse('2026-03-29T09:00:00Z'));
  expect(verdictOf(page)).toMatch(/nearest to it: foo_com \(\d+\.\d %, \d+\.\d % by midnight\)/);
  expect(page).toContain('paler: by midnight, if it goes on like this');
  // Nine hours of 23: two bars, and a figure for the end of each.
  const [, value, atEnd] = />(\d+\.\d+) → (\d+\.\d+)%<\/text>/.exec(page) ?? [];
  expect(Number(atEnd) / Number(value)).toBeCloseTo(23 / 10, 1);
  expect(page).toContain(`foo_com ${value ?? ''} % (${atEnd ?? ''} % by midnight)`);
});

it('holds each hour and day against what of it was recorded', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, {}, Date.parse('2026-03-29T08:30:00Z'));
  const shareOf = (head: string) => lineOf(page, head)[2];
  const creditsOf = (head: string) => Number(lineOf(page, head)[1]);
  expect(shareOf('08:00')).toMatch(/^\d\d\.\d %$/);
  expect(shareOf('10:00')).toBe('');
  expect(shareOf('2026-03-28')).toMatch(/^\d\.\d\d %$/);
  // Nine and a half hours less the one that the clock left out, of two vCPUs.
  const ofDay = (100 * creditsOf('2026-03-29')) / (2 * 60 * 9.5);
  expect(parseFloat(shareOf('2026-03-29') ?? '')).toBeCloseTo(ofDay, 1);
});

it('ends the trend with the day that is asked for, not with today', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, { days: { kind: 'day', day: '2026-03-20' } });
  expect(page).toContain('Trend of 29 days');
  expect(page).not.toContain('2026-02-19');
  expect(lineOf(page, '2026-03-20')).not.toEqual([]);
  expect(page).not.toContain('2026-03-21');
});

it('names budgets above the table of growth only where they are set', async () => {
  journal = busyJournal(['foo_com']);
  const summaryOf = (page: string) => /<summary>(Growth[^<]*)/.exec(page)?.[1];
  expect(summaryOf(await pageOf(journal))).toBe('Growth');
  expect(summaryOf(await pageOf(journal, budgetOf(100)))).toBe(
    'Growth, and when budgets are reached',
  );
});

it('has a page for days of which nothing was recorded', async () => {
  journal = new JournalBuilder()
    .run({ from: '2026-01-01T10:00:00Z', to: '2026-01-01T12:00:00Z' })
    .close();
  const page = await pageOf(journal);
  expect(verdictOf(page)).toMatch(/^Nothing was recorded on this day\. Last recorded/);
  expect(page).not.toMatch(/id="(users|hours)"/);
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

it.each([
  ['2026-03-27', 'hour'],
  ['2026-03-26', 'day'],
])('from %s on has bars by %s', async (from, step) => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, { days: { kind: 'range', from, to: '2026-03-28' } });
  expect(page).toContain(`Credits of each ${step}`);
});

it('is the same text for the same journal and moment', async () => {
  journal = busyJournal(['foo_com', 'bar_org']);
  expect(await pageOf(journal)).toBe(await pageOf(journal));
});

it('shows the largest users and the others in one, as --top says', async () => {
  journal = busyJournal(['foo_com', 'bar_org', 'shop_net']);
  const page = await pageOf(journal, { top: 1 });
  expect(findingOf(page, 'users')).toMatch(/: the largest share; 2 others below \d+ %\.$/);
  expect(page).toContain('others: 2');
  expect(page).not.toContain('bar_org');
});

it('draws shares against the whole, however small they are', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, { ...budgetOf(100), withLedger: true, baselinePercent: 0.1 });
  for (const id of ['users', 'ledger']) {
    const [drawing = ''] = new RegExp(`<section id="${id}"[^]*?</svg>`).exec(page) ?? [];
    const labels = [...drawing.matchAll(/>(\d+)%<\/text>/g)].map(([, digits]) => Number(digits));
    expect(labels).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  }
});

it('has shares of the host, and nothing of a budget, where none is set', async () => {
  journal = busyJournal(['foo_com', 'bar_org', 'shop_net']);
  const page = await pageOf(journal);
  expect(page).not.toMatch(/(over|whole|of the) budget|Budget:/i);
  expect(findingOf(page, 'users')).toBe('Credits spent, in per cent of all vCPUs.');
  const [first = ''] = lineOf(page, 'foo_com').slice(2);
  expect(page).toContain(`Share of the host by user: foo_com ${first},`);
  const own = await pageOf(journal, { user: { kind: 'named', text: 'foo_com' } });
  expect(own).not.toContain('id="users"');
  expect(verdictOf(own)).toMatch(/^No budget is set foo_com used 1\d\.\d % of all vCPUs/);
});

it('speaks of one user as of one', async () => {
  journal = busyJournal(['foo_com', 'bar_org']);
  const own = { user: { kind: 'named', text: 'foo_com' }, ...budgetOf(1) } as const;
  const page = await pageOf(journal, own);
  expect(verdictOf(page)).toMatch(/^Over budget foo_com used .* Spent of the budget: [\d,]+ %\./);
  expect(page).not.toMatch(/1 user|each user|by user|at the end/);
});

it('judges no host of which no whole hour was recorded, and compares no day with itself', async () => {
  journal = new JournalBuilder()
    .run({ from: '2026-03-29T06:00:00Z', to: '2026-03-29T06:00:08Z' })
    .user(1_001, 'foo_com')
    .usage({ at: '2026-03-29T06:00:00Z', uid: 1_001, cpuMs: 15_000, started: 1 })
    .close();
  const page = await pageOf(journal);
  expect(verdictOf(page)).toMatch(/^Too little was recorded to judge the host/);
  expect(page).toContain('class="verdict unknown"');
  expect(page).not.toMatch(/id="(trend|heat)"/);
});

it('shows the days once where those of the trend are the same', async () => {
  journal = busyJournal(['foo_com', 'bar_org']);
  const days = { kind: 'range', from: '2026-02-20', to: '2026-03-28' } as const;
  const page = await pageOf(journal, { days });
  expect(page).not.toContain('id="hours"');
  expect(page).toContain('Credits of each of the 37 days by user');
});

it('says of an hour without a sample that nothing of it is known', async () => {
  journal = busyJournal(['foo_com']);
  expect(lineOf(await pageOf(journal), '12:00')).toEqual(['?', '?', '', '0']);
});

it('has the ten nearest to the end of their budget, and says how far the others are', async () => {
  journal = busyJournal(Array.from({ length: 39 }, (_, at) => `user_${at}`));
  const page = await pageOf(journal);
  expect(findingOf(page, 'users')).toMatch(/: the 10 largest shares; 29 others below [1-9] %\.$/);
  const [drawing = ''] = /<section id="users"[^]*?<\/svg>/.exec(page) ?? [];
  expect(drawing.match(/>user_\d+<\/text>/g)).toHaveLength(10);
});

it('has a line on coverage where it is whole, else a section', async () => {
  journal = busyJournal(['foo_com']);
  const whole = await pageOf(journal, { days: { kind: 'day', day: '2026-03-20' } });
  expect(whole).toContain('Recorded all of the day, without a gap.');
  expect(whole).not.toContain('id="coverage"');
  expect(await pageOf(journal)).toContain('id="coverage"');
});

it('has the ledger only where it is asked for', async () => {
  journal = busyJournal(['foo_com']);
  expect(await pageOf(journal)).not.toContain('Credit ledger');
  expect(await pageOf(journal, { withLedger: true })).toContain('Credit ledger');
});

it('says at its end what budget was used, and what made it when', async () => {
  journal = busyJournal(['foo_com']);
  const page = await pageOf(journal, budgetOf(100));
  expect(textOf(/<footer>([^]*?)<\/footer>/.exec(page)?.[1])).toMatch(
    /Budget: 1,380 credits each\. Made by psusage \d+\.\d+\.\d+, 2026-03-31 12:00:00\.$/,
  );
});

/** A user who uses so much of both vCPUs of a host in each hour up to that of noon, and more each day. */
function usedBy(percent: number, perDay = 0): JournalBuilder {
  const [from, to] = ['2026-02-20T00:00:00Z', '2026-03-29T12:00:00Z'];
  const used = new JournalBuilder().run({ from, to }).user(1_001, 'foo_com');
  const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  for (let hour = 0; hour < hours; hour++) {
    const cpuMs = Math.round(72_000 * (percent + (perDay * hour) / 24));
    const at = new Date(Date.parse(from) + 3_600_000 * hour).toISOString();
    used.usage({ at, uid: 1_001, cpuMs, started: 1 });
  }
  return used.close();
}

const NOON = Date.parse('2026-03-29T12:00:00Z');

function budgetOf(percent: number) {
  return { budgets: { others: { kind: 'part of a vCPU', percent }, own: [] } } as const;
}

it.each([
  [79, 'good', 'The host has room'],
  [81, 'near', 'The host has little room in its busiest hour'],
  [96, 'bad', 'The host is full in its busiest hour'],
] as const)('shows a host that is %d %% busy as %s', async (percent, look, headline) => {
  journal = usedBy(percent);
  const page = await pageOf(journal, budgetOf(200), NOON);
  expect(verdictOf(page)).toContain(`${headline} All vCPUs were ${percent}.0 % busy on average`);
  expect(page).toContain(`class="verdict ${look}"`);
});

it('names who is on course to exceed the budget, and who grows up to it', async () => {
  journal = usedBy(20, 0.5);
  const page = await pageOf(journal, budgetOf(75), NOON);
  expect(verdictOf(page)).toMatch(
    /^The host has room; 1 user is on course to exceed the budget .* full about 2026-0\d-\d\d\./,
  );
  expect(verdictOf(page)).toMatch(/Nobody is over budget; on course to exceed it: foo_com \(\d\d/);
  expect(verdictOf(page)).toMatch(/Growing, in credits a day per week: foo_com \+101/);
});
