import { expect, it } from 'vitest';
import { formatGrowth, formatGrowthRange } from '../../../src/report/views/trend-rows.js';

/** Milliseconds a day, of so many credits a week. */
const MS_PER_CREDIT_A_WEEK = 60_000 / 7;

function lineOf(low: number, slope: number, high: number) {
  const [lowSlope, middle, highSlope] = [low, slope, high].map(
    (credits) => credits * MS_PER_CREDIT_A_WEEK,
  );
  return {
    ...{ lowSlope: lowSlope ?? 0, slope: middle ?? 0, highSlope: highSlope ?? 0 },
    ...{ centreDay: 0, centreValue: 0, centreError: 0 },
  };
}

it.each([
  [8.1, 12, 16.2, '+12.0', '+8.10 … +16.2'],
  [-6.61, 1, 3.5, undefined, '-6.61 … +3.50'],
  [-0.001, 0.0002, 0.003, undefined, 'about 0'],
  [0.001, 0.0025, 0.004, 'about 0', 'about 0'],
  [-0.002, 0.2, 0.35, undefined, 'about 0 … +0.35'],
  [-0.35, -0.2, -0.001, '-0.20', '-0.35 … about 0'],
  [0, 0, 0, undefined, 'about 0'],
])(
  'growth from %d over %d to %d credits a week is %j, its range %j',
  (low, slope, high, growth, range) => {
    const line = lineOf(low, slope, high);
    expect(formatGrowth(line)).toBe(growth);
    expect(formatGrowthRange(line)).toBe(range);
  },
);

it('growth of too few days is not known', () => {
  expect(formatGrowth(null)).toBeNull();
});
