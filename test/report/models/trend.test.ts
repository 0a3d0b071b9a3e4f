import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.js';
import { toDayNumber } from '../../../src/report/models/calendar.js';
import { projectLimit } from '../../../src/report/models/projection.js';
import { toDirection, fitLine } from '../../../src/report/models/theil-sen.js';
import type { TrendQuery } from '../../../src/report/make-trend.js';
import { lastDays } from '../../builders/asked.js';
import { JournalBuilder } from '../../builders/journal.js';
import {
  FIRST_DAY_MS,
  RECORDED_DAYS,
  recordedMonths,
  spentCredits,
  trendText,
  TREND_NOW,
  type UserPlan,
} from '../../builders/trend.js';

const FIRST_DAY = FIRST_DAY_MS / 86_400_000;
const TODAY = FIRST_DAY + RECORDED_DAYS;
const BUDGET_CREDITS = 1_440;

interface JsonRow {
  user?: string;
  uid?: number;
  program?: string;
  cpuSeconds: number;
  meanDayCredits: number | null;
  growthPerWeek: { direction: string | null; credits: number | null; low: number; high: number };
  limit: {
    limitUtilSeconds: number | null;
    state: string | null;
    day: string | null;
    earliestDay: string | null;
    latestDay: string | null;
  };
  dailyCpuSeconds: number[];
}

interface JsonTrend {
  schema: number;
  host: string;
  from: string;
  to: string;
  days: number;
  vcpus: number | null;
  coverage: { recordedSeconds: number; gapSeconds: number; gaps: number; complete: boolean };
  daysCounted: number;
  calendar: {
    day: string;
    weekday: string;
    recordedPercent: number;
    counted: boolean;
    leftOut: string | null;
    cpuSeconds: number;
    capacityPercent: number | null;
    hours: { percentile95: number | null; busiestFrom: string | null; busiestPercent: number };
  }[];
  users?: JsonRow[];
  programs?: JsonRow[];
  others?: JsonRow | null;
  total: JsonRow;
}

let journal: JournalBuilder;
afterEach(() => {
  journal.remove();
});

async function jsonOf(fields: Partial<TrendQuery> = {}, nowMs?: number): Promise<JsonTrend> {
  const text = await trendText(journal, { format: 'json', ...fields }, {}, nowMs);
  return JSON.parse(text) as JsonTrend;
}

async function csvOf(fields: Partial<TrendQuery>): Promise<string[]> {
  return (await trendText(journal, { format: 'csv', ...fields })).trimEnd().split('\n');
}

const growing: UserPlan = { uid: 1001, name: 'foo_com', credits: 600, growth: 4, noise: 0.1 };
const steady: UserPlan = { uid: 1002, name: 'bar_org', credits: 900, growth: 0, noise: 0.1 };

describe('ninety days with a weekly rhythm', () => {
  it('tell when what grows is at its budget, and nothing of what does not grow', async () => {
    journal = recordedMonths([growing, steady]);
    const { users = [] } = await jsonOf();
    const [bar, foo] = [...users].sort((a, b) => ((a.user ?? '') < (b.user ?? '') ? -1 : 1));
    const trueDay = FIRST_DAY + (BUDGET_CREDITS - growing.credits) / growing.growth;
    expect(foo?.growthPerWeek.direction).toBe('up');
    expect(foo?.growthPerWeek.low).toBeLessThanOrEqual(28);
    expect(foo?.growthPerWeek.high).toBeGreaterThanOrEqual(28);
    expect(foo?.limit.state).toBe('ahead');
    expect(toDayNumber(foo?.limit.earliestDay ?? '')).toBeLessThanOrEqual(trueDay);
    expect(toDayNumber(foo?.limit.latestDay ?? '')).toBeGreaterThanOrEqual(trueDay);
    expect(bar?.growthPerWeek.direction).toBe('none');
    expect(bar?.limit).toMatchObject({ state: 'no-trend', day: null, earliestDay: null });
  });

  it('have the true day in its range, and no alarm without growth, in 95 of 100 seeds', () => {
    journal = new JournalBuilder();
    const lineOf = (plan: UserPlan, seed: number) => {
      const random = seededRandom(seed);
      const value = (at: number) => spentCredits(plan, at, random);
      return fitLine(
        Array.from({ length: RECORDED_DAYS }, (_, at) => ({
          day: FIRST_DAY + at,
          value: value(at),
        })),
      );
    };
    const seeds = Array.from({ length: 200 }, (_, at) => at + 1);
    const trueDay = FIRST_DAY + (BUDGET_CREDITS - growing.credits) / growing.growth;
    const told = seeds.filter((seed) => {
      const line = lineOf(growing, seed);
      const projection = line && projectLimit(line, BUDGET_CREDITS, TODAY);
      if (projection?.kind !== 'ahead') return false;
      const { earliestDay, latestDay = Infinity } = projection;
      return earliestDay <= trueDay && trueDay <= latestDay;
    });
    const quiet = seeds.filter((seed) => {
      const line = lineOf(steady, seed);
      return line !== undefined && toDirection(line) === 'none';
    });
    expect(told.length / seeds.length).toBeGreaterThanOrEqual(0.95);
    expect(quiet.length / seeds.length).toBeGreaterThanOrEqual(0.95);
  });

  it('leave out today, the day of the gap, and the day before it', async () => {
    journal = recordedMonths([steady]);
    const { calendar, daysCounted, coverage, days } = await jsonOf();
    expect(days).toBe(91);
    expect(daysCounted).toBe(88);
    const left = calendar.filter(({ counted }) => !counted);
    expect(left.map(({ day, leftOut }) => [day, leftOut])).toEqual([
      ['2026-03-10', 'poorly-covered'],
      ['2026-03-11', 'not-recorded'],
      ['2026-05-11', 'not-over'],
    ]);
    expect(coverage).toMatchObject({ gaps: 1, gapSeconds: 40 * 3_600, complete: false });
  });

  it('add up: days to rows, rows to the total, the total to the calendar', async () => {
    journal = recordedMonths([growing, steady]);
    const { users = [], total, calendar } = await jsonOf();
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    for (const row of [...users, total]) {
      expect(row.dailyCpuSeconds).toHaveLength(calendar.length);
      expect(sum(row.dailyCpuSeconds)).toBeCloseTo(row.cpuSeconds, 3);
    }
    expect(sum(users.map(({ cpuSeconds }) => cpuSeconds))).toBeCloseTo(total.cpuSeconds, 3);
    expect(sum(calendar.map(({ cpuSeconds }) => cpuSeconds))).toBeCloseTo(total.cpuSeconds, 3);
  });
});

describe('a trend', () => {
  const DAY = '2026-03-29';
  const NOON = Date.parse('2026-03-31T10:00:00Z');
  const FEW = { days: lastDays(3), timeZone: 'Europe/Ljubljana' };

  function fewDays(): JournalBuilder {
    return new JournalBuilder()
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-31T10:00:00Z', endReason: null })
      .user(1001, 'twice')
      .user(1002, 'twice')
      .user(1003, '=cmd|calc')
      .usage({ at: `${DAY}T08:45:00Z`, uid: 1001, cpuMs: 30_000 })
      .usage({ at: `${DAY}T09:00:00Z`, uid: 1001, cpuMs: 3_600_000 })
      .usage({ at: `${DAY}T21:59:00Z`, uid: 1002, cpuMs: 60_000 })
      .usage({ at: `${DAY}T22:00:00Z`, uid: 1003, cpuMs: 1_000 });
  }

  it('has days of the time zone, with their true length', async () => {
    journal = fewDays();
    const { calendar, total, vcpus } = await jsonOf(FEW, NOON);
    expect(vcpus).toBe(2);
    expect(total.dailyCpuSeconds).toEqual([3_690, 1, 0]);
    expect(calendar[0]).toMatchObject({ day: DAY, weekday: 'Sunday', recordedPercent: 100 });
    // 3,690 of the CPU-seconds that two vCPUs have in 23 hours.
    expect(calendar[0]?.capacityPercent).toBeCloseTo((100 * 3_690) / (2 * 23 * 3_600), 5);
  });

  it('names the busiest hour, with its share of all vCPUs', async () => {
    journal = fewDays();
    const { calendar } = await jsonOf(FEW, NOON);
    expect(calendar[0]?.hours).toMatchObject({
      busiestFrom: `${DAY}T11:00:00+02:00`,
      busiestPercent: 50,
    });
    expect(calendar[2]?.hours).toMatchObject({ busiestFrom: null, busiestPercent: null });
  });

  it('has no line and no dates with few days, in the same shape', async () => {
    journal = fewDays();
    const { users = [], total } = await jsonOf(FEW, NOON);
    for (const row of [...users, total]) {
      expect(row.growthPerWeek).toEqual({ direction: null, credits: null, low: null, high: null });
      expect(row.limit).toMatchObject({ state: null, day: null, earliestDay: null });
    }
    expect(users.map(({ limit }) => limit.limitUtilSeconds)).toEqual([8.64e6, 8.64e6, 8.64e6]);
    const today = await trendText(
      journal,
      { ...FEW, days: lastDays(2) },
      {},
      Date.parse('2026-03-29T10:00:00Z'),
    );
    expect(today).toContain('no whole day yet; left out (·): 1 not over, 1 recorded below 90 %');
    expect(total.limit.limitUtilSeconds).toBe(17_280_000);
  });

  it('keeps apart users of one name, and puts those that are not shown into one', async () => {
    journal = fewDays();
    const { users = [], others } = await jsonOf({ ...FEW, top: 2 }, NOON);
    expect(users.map(({ user, uid }) => [user, uid])).toEqual([
      ['twice', 1001],
      ['twice', 1002],
    ]);
    expect(others).toMatchObject({ rows: 1, cpuSeconds: 1 });
    const table = await trendText(journal, FEW, {}, NOON);
    expect(table).toContain('twice (1001)');
  });

  it('has programs instead of users, and by day no rows', async () => {
    journal = fewDays();
    const byProgram = await jsonOf({ ...FEW, by: 'program' }, NOON);
    expect(byProgram.programs).toMatchObject([{ program: 'php-fpm', cpuSeconds: 3_691 }]);
    const byDay = await jsonOf({ ...FEW, by: 'day' }, NOON);
    expect(Object.keys(byDay)).not.toContain('users');
    expect(byDay.total).toEqual(byProgram.total);
  });

  it('is in the order of names when asked, of those that spent the most', async () => {
    journal = fewDays();
    const { users = [] } = await jsonOf({ ...FEW, sort: 'name', top: 2 }, NOON);
    expect(users.map(({ uid }) => uid)).toEqual([1001, 1002]);
  });

  it('has the shape of a full one when nothing was recorded', async () => {
    journal = fewDays();
    const later = Date.parse('2026-06-01T00:00:00Z');
    const empty = await jsonOf(FEW, later);
    const full = await jsonOf(FEW, NOON);
    expect(Object.keys(empty)).toEqual(Object.keys(full));
    expect(empty).toMatchObject({
      vcpus: null,
      users: [],
      daysCounted: 0,
      host: 'named-by-option',
    });
    expect(empty.total).toMatchObject({ cpuSeconds: 0, meanDayCredits: null });
  });

  it('as CSV has a line a row and one for the total, and runs no formula', async () => {
    journal = recordedMonths([growing, { ...steady, name: '=cmd|calc', growth: -2 }]);
    const [header = '', first = '', second = '', total = ''] = await csvOf({});
    expect(header).toMatch(/^host,from,to,user,uid,cpu_seconds,.*,limit_latest_day$/);
    const place = 'web1,2026-02-10T00:00:00+00:00,2026-05-12T00:00:00+00:00';
    expect([first, second, total].map((line) => line.split(',').length)).toEqual(
      Array.from({ length: 3 }, () => header.split(',').length),
    );
    expect(first).toMatch(new RegExp(`^${place.replaceAll('+', '\\+')},'=cmd\\|calc,1002,`));
    // Numbers below zero stay numbers.
    expect(first).toMatch(/,down,-\d+\.\d+,-\d+/);
    expect(total).toContain(`${place},(total),,`);
  });

  it('by day holds a day that is not over against no whole day', async () => {
    journal = fewDays();
    const table = await trendText(journal, { ...FEW, by: 'day' }, { columns: 140 }, NOON);
    expect(table).toMatch(/^Sun 2026-03-29 .* 2\.23 % .* 100 % .*▌$/m);
    expect(table).toMatch(/^Tue 2026-03-31 +0 +100 %$/m);
  });

  it('by day has days that were not recorded in one line', async () => {
    journal = fewDays().run({ from: '2026-04-05T00:00:00Z', to: '2026-04-05T09:00:00Z' });
    const later = Date.parse('2026-04-05T10:00:00Z');
    const asked = { ...FEW, days: lastDays(6), by: 'day' } as const;
    const table = await trendText(journal, asked, {}, later);
    const days = [...table.matchAll(/^(\w{3} 2026-.*?) {2}(not recorded)?/gm)];
    expect(days.map(([, label, words]) => [label, words])).toEqual([
      ['Tue 2026-03-31', undefined],
      ['Wed 2026-04-01 – Sat 2026-04-04', 'not recorded'],
      ['Sun 2026-04-05', undefined],
    ]);
    expect(
      JSON.parse(await trendText(journal, { ...asked, format: 'json' }, {}, later)),
    ).toMatchObject({
      calendar: Array.from({ length: 6 }, () => ({ day: expect.any(String) as string })),
    });
  });

  it('as CSV by day has a line a day', async () => {
    journal = recordedMonths([steady]);
    const lines = await csvOf({ by: 'day', days: lastDays(3) });
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^web1,2026-05-09T00:00:00\+00:00,[^,]*,2026-05-09,Saturday,100,,/);
    expect(lines[3]).toContain(',2026-05-11,Monday,50,not-over,0,0,0,0,0,0,,,0');
  });

  it('counts the host against the vCPUs that it has had last', async () => {
    journal = fewDays().run({ from: '2026-03-31T10:00:00Z', to: '2026-03-31T11:00:00Z', vcpus: 8 });
    const { total } = await jsonOf(FEW, TREND_NOW - 41 * 86_400_000);
    expect(total.limit.limitUtilSeconds).toBe(8 * 8_640_000);
  });

  it('says that a journal holds no samples yet', async () => {
    journal = new JournalBuilder().run({ from: '2026-03-28T10:00:00Z', to: null });
    await expect(trendText(journal)).rejects.toThrow('holds no samples yet');
  });

  it('refuses a time zone that there is not', async () => {
    journal = fewDays();
    await expect(trendText(journal, { timeZone: 'Europe/Lubljana' })).rejects.toThrow(
      "there is no time zone 'Europe/Lubljana'",
    );
  });
});
