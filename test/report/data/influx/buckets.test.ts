import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hourlyBuckets, oneBucket } from '../../../../src/report/data/influx/buckets.js';
import { listHourStarts, toPeriod } from '../../../../src/shared/days.js';

const HOUR_MS = 3_600_000;

const ZONES = [
  ...['UTC', 'Europe/Ljubljana', 'Asia/Kolkata', 'Asia/Kathmandu'],
  ...['Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia'],
];

const FIRST_DAY = Date.UTC(2026, 0, 1);
const dayOf = (at: number) => new Date(FIRST_DAY + at * 24 * HOUR_MS).toISOString().slice(0, 10);

test('the parts of a period are all of it, in order, and each lies in one hour of the wall clock', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), fc.nat(364), fc.nat(60), (timeZone, first, more) => {
      const period = toPeriod(dayOf(first), dayOf(first + more), timeZone);
      const hourEnds = [...listHourStarts(period).slice(1), period.toMs];
      let atMs = period.fromMs;
      for (const { fromMs, stepMs, count } of hourlyBuckets(period)) {
        expect(fromMs).toBe(atMs);
        for (let end = fromMs + stepMs; end <= fromMs + count * stepMs; end += stepMs) {
          if (end > (hourEnds[0] ?? 0)) throw new Error(`${end} is in two hours`);
          if (end === hourEnds[0]) hourEnds.shift();
        }
        atMs = fromMs + count * stepMs;
      }
      expect(atMs).toBe(period.toMs);
      expect(hourEnds).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('a month is asked for at once, a year in parts', () => {
  const ljubljana = (from: string, to: string) => toPeriod(from, to, 'Europe/Ljubljana');
  expect(hourlyBuckets(ljubljana('2026-03-01', '2026-03-31'))).toMatchObject([
    { stepMs: HOUR_MS, count: 743 },
  ]);
  expect(hourlyBuckets(ljubljana('2026-01-01', '2026-12-31'))).toHaveLength(12);
});

test('only where clocks move by half an hour are quarters asked for', () => {
  const lordHowe = (day: string) => hourlyBuckets(toPeriod(day, day, 'Australia/Lord_Howe'));
  expect(lordHowe('2026-04-04')).toMatchObject([{ stepMs: HOUR_MS, count: 24 }]);
  expect(lordHowe('2026-04-05')).toMatchObject([{ stepMs: HOUR_MS / 4, count: 98 }]);
});

test('the whole period is one bucket, of 23 hours where clocks go forward', () => {
  const period = toPeriod('2026-03-29', '2026-03-29', 'Europe/Ljubljana');
  expect(oneBucket(period)).toEqual({ fromMs: period.fromMs, stepMs: 23 * HOUR_MS, count: 1 });
});
