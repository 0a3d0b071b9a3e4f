import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatDayAhead } from '../../../src/report/views/trend-rows.js';
import { lastDays, named } from '../../builders/asked.js';
import type { JournalBuilder } from '../../builders/journal.js';
import { pageOf } from '../../builders/page.js';
import { recordedMonths, TREND_NOW, trendText } from '../../builders/trend.js';

const LINES = [
  { uid: 1001, name: 'soon_com', credits: 600, growth: 4, noise: 0.1 },
  { uid: 1002, name: 'later_org', credits: 150, growth: 1, noise: 0.1 },
  { uid: 1003, name: 'flat_net', credits: 100, growth: 0, noise: 0.1 },
  { uid: 1004, name: 'falling_eu', credits: 150, growth: -0.6, noise: 0.1 },
  { uid: 1005, name: 'full_si', credits: 1_500, growth: 0, noise: 0.05 },
];
const NAMES = LINES.map(({ name }) => name);
const TODAY = { days: { kind: 'day', day: 'today' }, timeZone: 'UTC' } as const;
/** On the last day on which somebody spent something. */
const LATE = Date.parse('2026-05-10T23:00:00Z');
const FEW = 'no growth visible in only';

let journal: JournalBuilder;
beforeAll(() => {
  journal = recordedMonths(LINES).close();
});
afterAll(() => {
  journal.remove();
});

const WORDS = /reached|not within a year|no trend|falling|\d{4}-\d\d-\d\d/;

/** When each user is at the limit, by the table. */
async function tellByTable(days: number): Promise<(string | undefined)[]> {
  const table = await trendText(journal, { days: lastDays(days) }, { columns: 160 });
  return NAMES.map((name) => {
    const line = table.split('\n').find((each) => each.startsWith(name)) ?? '';
    return WORDS.exec(line)?.[0];
  });
}

function toText(page: string): string {
  return page.replaceAll(/<style>[^]*?<\/style>|<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

/** The same by the page: the one row of the user that tells it. */
async function tellByPage(): Promise<(string | undefined)[]> {
  const page = await pageOf(journal, TODAY, TREND_NOW);
  return NAMES.map((name) => {
    const rows = page.matchAll(
      new RegExp(`<th scope="row"><bdi>${name}</bdi></th>([^]*?)</tr>`, 'g'),
    );
    return [...rows].flatMap(([, row = '']) => WORDS.exec(toText(row))?.[0] ?? [])[0];
  });
}

describe('when a limit is reached', () => {
  it('is a day within twelve months, or words', async () => {
    expect(await tellByTable(90)).toEqual([
      expect.stringMatching(/^2026-\d\d-\d\d$/) as string,
      'not within a year',
      'no trend',
      'falling',
      'reached',
    ]);
  });

  it('is the same in the table of 90 days and on the page', async () => {
    expect(await tellByPage()).toEqual(await tellByTable(90));
  });

  it('is told in JSON to the day, however far ahead', async () => {
    const json = await trendText(journal, { days: lastDays(90), format: 'json' });
    const { users } = JSON.parse(json) as { users: { user: string; limit: object }[] };
    expect(users.find(({ user }) => user === 'later_org')?.limit).toMatchObject({
      state: 'ahead',
      day: expect.stringMatching(/^20(2[89]|3\d)-/) as string,
    });
  });

  it('is within a year until the same day of the next', () => {
    const today = Date.parse('2026-05-11') / 86_400_000;
    expect(formatDayAhead(today + 365, today)).toBe('2027-05-11');
    expect(formatDayAhead(today + 366, today)).toBeUndefined();
    expect(formatDayAhead(undefined, today)).toBeUndefined();
  });

  it('has no later day anywhere on the page', async () => {
    const page = toText(await pageOf(journal, TODAY, TREND_NOW));
    const days = page.match(/20\d\d-\d\d-\d\d/g) ?? [];
    expect(days).toContain('2026-05-10');
    expect(days.filter((day) => day > '2027-05-11')).toEqual([]);
  });
});

describe('growth that few days do not show', () => {
  it('is not visible in only so many of them, in the table and on the page', async () => {
    const few = { days: lastDays(30), user: named('flat_net') };
    expect(await trendText(journal, few)).toContain(`no trend: ${FEW} 29 days`);
    const early = Date.parse('2026-03-09T12:00:00Z');
    const page = await pageOf(journal, { ...TODAY, user: named('flat_net') }, early);
    expect(toText(page)).toMatch(/No growth of flat_net is visible in only 27 days\./);
  });

  it('is none where many days show none', async () => {
    const many = { days: lastDays(90), user: named('flat_net') };
    expect(await trendText(journal, many)).not.toContain(FEW);
    const page = await pageOf(journal, { ...TODAY, user: named('flat_net') }, LATE);
    expect(toText(page)).toContain('flat_net neither grows nor falls.');
  });

  it('is no matter where all users grow or fall', async () => {
    const grows = { days: lastDays(50), user: named('soon_com') };
    expect(await trendText(journal, grows)).not.toContain(FEW);
  });
});

describe('the trend of the page', () => {
  const daysOn = async (nowMs: number) =>
    /Trend of (\d+) days/.exec(await pageOf(journal, TODAY, nowMs))?.[1];

  it.each([
    ['90 days where so many are recorded', '2026-05-11T12:00:00Z', '90'],
    ['the recorded ones where they are fewer', '2026-03-26T12:00:00Z', '45'],
    ['30 at least', '2026-02-12T12:00:00Z', '30'],
  ])('has %s', async (_, now, days) => {
    expect(await daysOn(Date.parse(now))).toBe(days);
  });
});
