import { describe, expect, it } from 'vitest';
import { readPeriod, type PeriodOptions } from '../../../src/report/data/period.js';
import { UsageError } from '../../../src/shared/errors.js';
import { readTimeZone } from '../../../src/report/data/time-zone.js';

const NOW = Date.parse('2026-07-30T22:30:00Z');
const HINT = 'the first recorded day is 2026-01-01';

function read(asked: PeriodOptions, timeZone = 'Europe/Ljubljana') {
  return readPeriod(asked, NOW, timeZone, () => HINT);
}

const day = (text: string): PeriodOptions => ({ kind: 'day', day: text });
const range = (from: string, to?: string): PeriodOptions => ({ kind: 'range', from, to });

function complaint(asked: PeriodOptions, timeZone?: string): string {
  try {
    read(asked, timeZone);
  } catch (error) {
    if (error instanceof UsageError) return `${error.message} | ${error.hint ?? ''}`;
    throw error;
  }
  return 'none';
}

describe('the day that is asked for', () => {
  it('is today in the time zone, which may be tomorrow in UTC', () => {
    expect(read(day('today')).firstDay).toBe('2026-07-31');
    expect(read(day('today'), 'UTC').firstDay).toBe('2026-07-30');
    expect(read(day('yesterday')).firstDay).toBe('2026-07-30');
  });

  it('may be written as a date', () => {
    expect(read(day('2026-03-29'))).toMatchObject({
      firstDay: '2026-03-29',
      lastDay: '2026-03-29',
      days: 1,
    });
  });

  it.each(['yesturday', '29.3.2026', '2026-3-29', '', '2026-03-29T00:00'])(
    'is not a day when it is spelt %j',
    (text) => {
      expect(complaint(day(text))).toBe(
        `'${text}' is not a day | write today, yesterday or a date such as 2026-03-29; ${HINT}`,
      );
    },
  );

  it('must be in the calendar', () => {
    expect(complaint(day('2026-02-30'))).toContain('there is no 2026-02-30 in the calendar');
  });

  it('must not be in the future, with a hint which days there are', () => {
    expect(complaint(day('2026-08-01'))).toBe(`2026-08-01 is in the future | ${HINT}`);
    expect(complaint(range('2026-07-01', '2026-08-01'))).toContain('in the future');
  });

  it('must have been in the time zone at all', () => {
    expect(complaint(day('2011-12-30'), 'Pacific/Apia')).toContain('there was no 2011-12-30');
  });
});

// It is Friday 31 July 2026 in Ljubljana.
describe('the week that is asked for', () => {
  const week = (text: string): PeriodOptions => ({ kind: 'week', week: text });

  it.each([
    ['this', '2026-07-27', '2026-07-31'],
    ['last', '2026-07-20', '2026-07-26'],
    ['yesterday', '2026-07-27', '2026-07-31'],
    ['2026-07-27', '2026-07-27', '2026-07-31'],
    ['2026-07-26', '2026-07-20', '2026-07-26'],
    ['2026-01-01', '2025-12-29', '2026-01-04'],
    ['2024-02-29', '2024-02-26', '2024-03-03'],
  ])('%s is that from Monday %s to %s', (text, firstDay, lastDay) => {
    expect(read(week(text))).toMatchObject({ firstDay, lastDay });
  });

  it('has an hour less or more where clocks are set', () => {
    const { fromMs, toMs, days } = read(week('2026-03-29'));
    expect({ days, hours: (toMs - fromMs) / 3_600_000 }).toEqual({ days: 7, hours: 167 });
  });

  it('must be one, and have begun', () => {
    expect(complaint(week('lst'))).toBe(
      `'lst' is not a week | write last, or a date in the week such as 2026-03-29; ${HINT}`,
    );
    expect(complaint(week('2026-08-01'))).toBe(`2026-08-01 is in the future | ${HINT}`);
  });
});

describe('the month that is asked for', () => {
  const month = (text: string): PeriodOptions => ({ kind: 'month', month: text });

  it.each([
    ['this', '2026-07-01', '2026-07-31'],
    ['last', '2026-06-01', '2026-06-30'],
    ['2026-07', '2026-07-01', '2026-07-31'],
    ['2026-02', '2026-02-01', '2026-02-28'],
    ['2024-02-11', '2024-02-01', '2024-02-29'],
    ['2025-12', '2025-12-01', '2025-12-31'],
  ])('%s is that from %s to %s', (text, firstDay, lastDay) => {
    expect(read(month(text))).toMatchObject({ firstDay, lastDay });
  });

  it('ends today where it is not over', () => {
    expect(read(month('this'), 'UTC').lastDay).toBe('2026-07-30');
  });

  it('must be one, and have begun', () => {
    expect(complaint(month('2026-13'))).toContain('there is no 2026-13-01 in the calendar');
    expect(complaint(month('july'))).toContain('write last, or a month such as 2026-03');
    expect(complaint(month('2026-08'))).toContain('in the future');
  });
});

describe('the last hours', () => {
  const spanOf = (hours: number, timeZone = 'UTC') => {
    const { fromMs, toMs } = read({ kind: 'hours', hours }, timeZone);
    return [fromMs, toMs].map((ms) => new Date(ms).toISOString().slice(5, 16));
  };

  it('are so many of the clock, the current one among them', () => {
    expect(spanOf(24)).toEqual(['07-29T23:00', '07-30T23:00']);
    expect(spanOf(1)).toEqual(['07-30T22:00', '07-30T23:00']);
  });

  it('begin with the hours of the time zone', () => {
    // 22:30 in UTC is 04:00 in India, where the next hour has just begun.
    expect(spanOf(2, 'Asia/Kolkata')).toEqual(['07-30T21:30', '07-30T23:30']);
  });

  it('are of the days in which they lie', () => {
    expect(read({ kind: 'hours', hours: 3 })).toMatchObject({
      ...{ hours: 3, days: 2, firstDay: '2026-07-30', lastDay: '2026-07-31' },
    });
    expect(read({ kind: 'hours', hours: 3 }, 'UTC')).toMatchObject({ hours: 3, days: 1 });
  });
});

describe('the range that is asked for', () => {
  it('has both its ends in it', () => {
    expect(read(range('2026-07-01', '2026-07-30')).days).toBe(30);
  });

  it('goes to today when no end is named', () => {
    expect(read(range('2026-07-30')).lastDay).toBe('2026-07-31');
  });

  it('must not end before it begins', () => {
    expect(complaint(range('2026-07-02', '2026-07-01'))).toContain('before it begins');
  });

  it('has a bound', () => {
    expect(complaint(range('1970-01-01'))).toContain('more than one report can hold');
  });
});

describe('the time zone that is asked for', () => {
  it.each([
    ['Ljubljana', 'Europe/Ljubljana'],
    ['Europe/Lubljana', 'Europe/Ljubljana'],
    ['new_york', 'America/New_York'],
  ])('is unknown as %s, with a hint at %s', async (name, near) => {
    await expect(readTimeZone(name)).rejects.toThrow(
      expect.objectContaining({
        code: 'USAGE',
        hint: expect.stringContaining(near) as unknown,
      }),
    );
  });

  it('is known in any case', async () => {
    expect(await readTimeZone('EUROPE/ljubljana')).toBe('Europe/Ljubljana');
  });
});
