import { expect, it } from 'vitest';
import { fromDayNumber, toDayNumber } from '../../../../src/report/models/calendar.js';
import { toOutlook } from '../../../../src/report/page/figures/outlook.js';
import type { LimitedSpending } from '../../../../src/report/models/trend.js';

const FIRST = toDayNumber('2026-03-01');

const days = Array.from({ length: 30 }, (_, at) => {
  const label = fromDayNumber(FIRST + at);
  return {
    ...{ fromMs: at, toMs: at + 1, label, tick: label.slice(5), cpuMs: 100 + at },
    ...{ recordedMs: 1, recordedPercent: 1, elapsedMs: 1, capacityCpuMs: 1_000 },
  };
});

function trendOf(projection: LimitedSpending['projection']): LimitedSpending {
  return {
    ...{ cpuMs: 0, meanCpuMs: 0, dailyCpuMs: [], limitUtilSeconds: 1, projection },
    line: {
      ...{ slope: 1, lowSlope: 0.5, highSlope: 2 },
      ...{ centreDay: FIRST + 15, centreValue: 115, centreError: 4 },
    },
  };
}

it('goes on for two weeks, with a range that is the wider the farther away', () => {
  const { parts, points } = toOutlook(days, trendOf({ kind: 'no-trend' })) ?? {
    parts: [],
    points: [],
  };
  expect(parts.map(({ label }) => label).slice(28, 32)).toEqual([
    ...['2026-03-29', '2026-03-30', '2026-03-31', '2026-04-01'],
  ]);
  expect(parts).toHaveLength(44);
  expect(points[15]).toEqual({ value: 115, low: 111, high: 119 });
  expect(points[0]).toEqual({ value: 100, low: 115 - 4 - 30, high: 115 + 4 - 7.5 });
  expect(points[25]).toEqual({ value: 125, low: 115 - 4 + 5, high: 115 + 4 + 20 });
});

it.each([
  [20, 51],
  [200, 44],
])('goes on to the limit %d days away, unless that is too far', (away, length) => {
  const day = FIRST + 29 + away;
  const projection = { kind: 'ahead', day, earliestDay: day, latestDay: undefined } as const;
  expect(toOutlook(days, trendOf(projection))?.parts).toHaveLength(length);
});

it('is none without a line', () => {
  expect(toOutlook(days, { ...trendOf(null), line: null })).toBeUndefined();
});
