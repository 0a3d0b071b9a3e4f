import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ONE_VCPU } from '../../../src/report/models/budgets.js';
import { formatDayAhead } from '../../../src/report/views/trend-rows.js';
import { lastDays, named } from '../../builders/asked.js';
import { JournalBuilder } from '../../builders/journal.js';
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

const WORDS = /reached|not within a year|\d{4}-\d\d-\d\d/;
const BUDGETS = {
  others: ONE_VCPU,
  own: [{ holders: { kind: 'pattern', pattern: /./ }, amount: ONE_VCPU }],
} as const;

/** When each user is at the limit, by the table. */
async function tellByTable(days: number): Promise<(string | undefined)[]> {
  const table = await trendText(
    journal,
    { days: lastDays(days), budgets: BUDGETS },
    { columns: 160 },
  );
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
  const page = await pageOf(journal, { ...TODAY, budgets: BUDGETS }, TREND_NOW);
  return NAMES.map((name) => {
    const rows = page.matchAll(
      new RegExp(`<th scope="row"><bdi>${name}</bdi></th>([^]*?)</tr>`, 'g'),
    );
    return [...rows].flatMap(([, row = '']) => WORDS.exec(toText(row))?.[0] ?? [])[0];
  });
}

describe('when a budget is reached', () => {
  it('is a day within twelve months, or words', async () => {
    expect(await tellByTable(90)).toEqual([
      expect.stringMatching(/^2026-\d\d-\d\d$/) as string,
      'not within a year',
      undefined,
      undefined,
      'reached',
    ]);
  });

  it('is told of nobody where no budget was set', async () => {
    const table = await trendText(journal, { days: lastDays(90) }, { columns: 160 });
    expect(table).not.toMatch(/reached|budget:/);
    expect(table).toMatch(/no budget set \(--budget\)$/m);
    expect(table).toMatch(/^full_si .* 1,\d{3} +\d\d\.\d % +none /m);
    expect(table).toMatch(/^the host: not full within a year, if it goes on like this/m);
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
    expect(await trendText(journal, few)).toContain(`none: ${FEW} 29 days`);
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

describe('a user who began or ended within the days', () => {
  const growthOf = async (from: number, to: number) => {
    const [plan] = LINES;
    const partial = new JournalBuilder().run({
      from: '2026-02-10T00:00:00Z',
      to: '2026-05-11T12:00:00Z',
    });
    for (const { uid, name } of LINES.slice(0, 2)) partial.user(uid, name);
    for (let day = 0; day < 90; day++) {
      const at = new Date(Date.UTC(2026, 1, 10 + day, 12)).toISOString();
      partial.usage({ at, uid: 1002, cpuMs: 60_000 });
      if (day >= from && day < to) partial.usage({ at, uid: plan?.uid ?? 0, cpuMs: 60_000 * day });
    }
    const query = { days: lastDays(91) };
    const table = await trendText(partial, query);
    const { users } = JSON.parse(await trendText(partial, { ...query, format: 'json' })) as {
      users: { user: string; growthPerWeek: { direction: string | null } }[];
    };
    partial.remove();
    const direction = users.find(({ user }) => user === 'soon_com')?.growthPerWeek.direction;
    return [/^soon_com +\S+ +\S+ +\S+ % +(\S+(?: \d+ \w+)?)/m.exec(table)?.[1], direction];
  };

  it('has no growth but the day, also where a line could be drawn', async () => {
    expect(await growthOf(30, 90)).toEqual(['since 12 Mar', null]);
    expect(await growthOf(0, 60)).toEqual(['until 10 Apr', null]);
    expect(await growthOf(30, 60)).toEqual(['until 10 Apr', null]);
  });

  it('is no matter where it is a week at most', async () => {
    expect(await growthOf(7, 90)).toEqual([expect.stringMatching(/^\+/), 'up']);
  });
});

describe('the trend of the page', () => {
  const daysOn = async (nowMs: number) =>
    /Trend of (\d+) days/.exec(await pageOf(journal, TODAY, nowMs))?.[1];

  it.each([
    ['90 days where so many are recorded', '2026-05-11T12:00:00Z', '90'],
    ['the recorded ones where they are fewer', '2026-03-26T12:00:00Z', '45'],
    ['no days before the first', '2026-02-12T12:00:00Z', '3'],
  ])('has %s', async (_, now, days) => {
    expect(await daysOn(Date.parse(now))).toBe(days);
  });
});
