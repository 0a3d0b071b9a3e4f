import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Reading, toRates, withReading } from '../../../src/report/top/rates.js';

const step = fc.record({
  waitMs: fc.integer({ min: 1, max: 8_000 }),
  usedMs: fc.integer({ min: 0, max: 4_000 }),
});

/** Readings of one process, and what it had used at each. */
function readAll(steps: { waitMs: number; usedMs: number }[]): Reading[] {
  let [atMs, cpuMs] = [0, 0];
  let readings: Reading[] = [];
  for (const { waitMs, usedMs } of steps) {
    atMs += waitMs;
    cpuMs += usedMs;
    readings = withReading(readings, { atMs, cpuMs: new Map([[1, cpuMs]]) });
  }
  return readings;
}

it('what is used now is between the least and the most of the last seconds', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 30 }), (steps) => {
      const readings = readAll(steps);
      const each = steps
        .slice(1 - readings.length)
        .map(({ waitMs, usedMs }) => (100 * usedMs) / waitMs);
      const now = toRates(readings)(1) ?? NaN;
      expect(now).toBeGreaterThanOrEqual(Math.min(...each) - 1e-9);
      expect(now).toBeLessThanOrEqual(Math.max(...each) + 1e-9);
    }),
  );
});

it('readings go back five seconds, or to the last one before, and no further', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      const readings = readAll(steps);
      const lastMs = readings.at(-1)?.atMs ?? 0;
      expect(readings.slice(1).every(({ atMs }) => atMs > lastMs - 5_000)).toBe(true);
    }),
  );
});

it('nothing is known from one reading, nor from two of the same moment', () => {
  const reading = { atMs: 1_000, cpuMs: new Map([[1, 500]]) };
  expect(toRates([])(1)).toBeNull();
  expect(toRates([reading])(1)).toBeNull();
  const twice = withReading([reading], { atMs: 1_000, cpuMs: new Map([[1, 900]]) });
  expect(toRates(twice)(1)).toBeNull();
});

it('what has begun since counts whole, and what went down by a correction is nothing', () => {
  const readings = [
    { atMs: 0, cpuMs: new Map([[2, 900]]) },
    {
      atMs: 2_000,
      cpuMs: new Map([
        [1, 500],
        [2, 800],
      ]),
    },
  ];
  expect(toRates(readings)(1)).toBe(25);
  expect(toRates(readings)(2)).toBe(0);
});
