import fc from 'fast-check';
import { expect, test } from 'vitest';
import { projectLimit } from '../../../src/report/models/projection.js';
import type { FittedLine } from '../../../src/report/models/theil-sen.js';

const TODAY = 20_000;
const TEN_YEARS = 3_652;

/** 100 at the centre, ten days ago, and 10 more each day. */
function line(fields: Partial<FittedLine> = {}): FittedLine {
  return {
    ...{ slope: 10, lowSlope: 8, highSlope: 20, centreDay: TODAY - 10 },
    ...{ centreValue: 100, centreError: 0, ...fields },
  };
}

test('is the first day on which the line is at the limit', () => {
  expect(projectLimit(line(), 400, TODAY)).toEqual({
    kind: 'ahead',
    day: TODAY + 20,
    earliestDay: TODAY + 5,
    latestDay: TODAY + 28,
  });
  expect(projectLimit(line(), 401, TODAY)).toMatchObject({ day: TODAY + 21 });
});

test('has the line higher and lower by what it may be off', () => {
  expect(projectLimit(line({ centreError: 40 }), 400, TODAY)).toMatchObject({
    earliestDay: TODAY + 3,
    latestDay: TODAY + 33,
  });
});

test('is reached where the line is there today, with a trend or without', () => {
  expect(projectLimit(line(), 200, TODAY)).toEqual({ kind: 'reached' });
  expect(projectLimit(line({ lowSlope: -1 }), 100, TODAY)).toEqual({ kind: 'reached' });
  expect(projectLimit(line({ lowSlope: -1 }), 101, TODAY)).toEqual({ kind: 'no-trend' });
});

test('is never where it falls', () => {
  const falling = line({ slope: -2, lowSlope: -3, highSlope: -1 });
  expect(projectLimit(falling, 400, TODAY)).toEqual({ kind: 'falling' });
});

test('is not told beyond ten years', () => {
  const flat = line({ slope: 0.1, lowSlope: 0.01, highSlope: 1 });
  expect(projectLimit(flat, 1_000, TODAY)).toEqual({ kind: 'far', earliestDay: TODAY + 890 });
  expect(projectLimit(flat, 400, TODAY)).toMatchObject({ kind: 'ahead', latestDay: undefined });
  expect(projectLimit(flat, 1e9, TODAY)).toEqual({ kind: 'far', earliestDay: undefined });
});

test('no day is before today or beyond ten years, and the range holds the day', () => {
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      fc.tuple(amount, amount, amount).map((slopes) => slopes.sort((a, b) => a - b)),
      amount,
      amount,
      amount,
      ([lowSlope, slope, highSlope], centreValue, centreError, limit) => {
        const shape = { slope, lowSlope, highSlope, centreValue, centreError };
        const projection = projectLimit(line(shape), limit, TODAY);
        if (projection.kind !== 'ahead') return;
        const { day, earliestDay, latestDay = TODAY + TEN_YEARS } = projection;
        expect(TODAY <= earliestDay && earliestDay <= day && day <= latestDay).toBe(true);
        expect(latestDay).toBeLessThanOrEqual(TODAY + TEN_YEARS);
      },
    ),
  );
});
