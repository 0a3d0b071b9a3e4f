import { expect, test } from 'vitest';
import { splitIntoDays, toDayNumber, fromDayNumber } from '../../../src/report/models/calendar.js';
import { addCalendarDays, toPeriod } from '../../../src/shared/days.js';

const HOUR_MS = 3_600_000;

test.each([
  ['Europe/Ljubljana', '2026-03-27'],
  ['Europe/Ljubljana', '2026-10-23'],
  ['Australia/Lord_Howe', '2026-04-03'],
  ['America/Havana', '2026-03-06'],
  ['America/Sao_Paulo', '2018-11-02'],
  ['America/Sao_Paulo', '2018-02-15'],
  ['Asia/Kathmandu', '2026-03-27'],
  ['UTC', '2026-03-27'],
])('days in %s from %s on begin where a report of the day does', (timeZone, firstDay) => {
  const calendar = splitIntoDays(toPeriod(firstDay, addCalendarDays(firstDay, 5), timeZone));
  expect(calendar).toHaveLength(6);
  for (const [at, day] of calendar.entries()) {
    const {
      fromMs,
      toMs,
      firstDay: name,
    } = toPeriod(...[addCalendarDays(firstDay, at), addCalendarDays(firstDay, at), timeZone]);
    expect(day).toMatchObject({ day: name, fromMs, toMs });
    expect([day.hours.at(0)?.fromMs, day.hours.at(-1)?.toMs]).toEqual([fromMs, toMs]);
  }
});

test('the day when clocks are set forward has 23 hours, the other 25', () => {
  const lengths = (day: string) =>
    splitIntoDays(toPeriod(day, day, 'Europe/Ljubljana')).map(({ fromMs, toMs, hours }) => [
      (toMs - fromMs) / HOUR_MS,
      hours.length,
    ]);
  expect(lengths('2026-03-29')).toEqual([[23, 23]]);
  expect(lengths('2026-10-25')).toEqual([[25, 25]]);
});

test('a day that a time zone skipped is not there', () => {
  const days = splitIntoDays(toPeriod('2011-12-29', '2011-12-31', 'Pacific/Apia'));
  expect(days.map(({ day }) => day)).toEqual(['2011-12-29', '2011-12-31']);
});

test('days are numbered one after the other', () => {
  expect(fromDayNumber(toDayNumber('2026-02-28') + 1)).toBe('2026-03-01');
});
