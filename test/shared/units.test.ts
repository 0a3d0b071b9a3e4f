import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  capacityUtilSeconds,
  cpuSeconds,
  credits,
  utilSecondsToCredits,
  QUARTER_HOUR_MS,
  startOfQuarter,
  UTIL_SECONDS_PER_VCPU_DAY,
  utilSeconds,
} from '../../src/shared/units.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test('a CPU-second is 100 util-seconds', () => {
  expect(cpuSeconds(1_000)).toBe(1);
  expect(utilSeconds(1_000)).toBe(100);
  expect(utilSeconds(10)).toBe(1);
});

test('a credit is 60 CPU-seconds, which are 6,000 util-seconds', () => {
  expect(credits(60_000)).toBe(1);
  expect(utilSeconds(60_000)).toBe(6_000);
  expect(utilSecondsToCredits(6_000)).toBe(1);
});

test('a vCPU-day is 1,440 credits, which are 86,400 CPU-seconds', () => {
  expect(utilSeconds(DAY_MS)).toBe(UTIL_SECONDS_PER_VCPU_DAY);
  expect(credits(DAY_MS)).toBe(1_440);
  expect(utilSecondsToCredits(UTIL_SECONDS_PER_VCPU_DAY)).toBe(1_440);
});

test.each([
  [23, 8_280_000],
  [24, 8_640_000],
  [25, 9_000_000],
])('the capacity of a vCPU on a day of %i hours is %i util-seconds', (hours, amount) => {
  expect(capacityUtilSeconds(1, hours * HOUR_MS)).toBe(amount);
  expect(capacityUtilSeconds(4, hours * HOUR_MS)).toBe(4 * amount);
});

test('a quarter-hour holds its first moment and not that of the next', () => {
  const noonMs = Date.UTC(2026, 0, 1, 12);
  expect(startOfQuarter(noonMs)).toBe(noonMs);
  expect(startOfQuarter(noonMs + QUARTER_HOUR_MS - 1)).toBe(noonMs);
  expect(startOfQuarter(noonMs + QUARTER_HOUR_MS)).toBe(noonMs + QUARTER_HOUR_MS);
});

test('every moment, before 1970 too, lies in the quarter-hour that it is given', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e13, max: 1e13 }), (ms) => {
      const quarterMs = startOfQuarter(ms);
      expect(quarterMs).toBeLessThanOrEqual(ms);
      expect(ms - quarterMs).toBeLessThan(QUARTER_HOUR_MS);
      expect(Math.abs(quarterMs % QUARTER_HOUR_MS)).toBe(0);
    }),
  );
});

test('credits from util-seconds and from CPU time are the same', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e12 }), (cpuMs) => {
      expect(utilSecondsToCredits(utilSeconds(cpuMs))).toBeCloseTo(credits(cpuMs), 6);
    }),
  );
});
