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
