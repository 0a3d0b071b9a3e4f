import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.js';
import {
  type DayValue,
  toDirection,
  fitLine,
  type FittedLine,
  LEAST_DAYS,
} from '../../../src/report/models/theil-sen.js';
import { normal } from '../../builders/trend.js';

const FIRST_DAY = 20_000;
const SEEDS = 200;

/** Days in a row; what each is, and noise on it. */
function days(
  count: number,
  valueOf: (at: number) => number,
  noise = 0,
  seed = 1,
): [DayValue, ...DayValue[]] {
  const random = seededRandom(seed);
  const all = Array.from({ length: count }, (_, at) => ({
    day: FIRST_DAY + at,
    value: valueOf(at) + noise * normal(random),
  }));
  const [first, ...rest] = all;
  if (first === undefined) throw new Error('no days');
  return [first, ...rest];
}

function fitted(points: readonly DayValue[]): FittedLine {
  const line = fitLine(points);
  if (line === undefined) throw new Error('no line');
  return line;
}

const weekend = (at: number) => (at % 7 < 2 ? 0.5 : 1.2);

/** In how many of a hundred seeds something holds. */
function percentOfSeeds(holds: (seed: number) => boolean): number {
  const held = Array.from({ length: SEEDS }, (_, seed) => holds(seed + 1)).filter(Boolean);
  return (100 * held.length) / SEEDS;
}

describe('the line through the days', () => {
  it('is the line itself where there is no noise', () => {
    fc.assert(
      fc.property(
        // CPU time is in whole milliseconds.
        fc.integer({ min: -100, max: 100 }),
        fc.integer({ min: 13_000, max: 20_000 }),
        fc.integer({ min: LEAST_DAYS, max: 120 }),
        (slope, start, count) => {
          const line = fitted(days(count, (at) => start + slope * at));
          for (const found of [line.slope, line.lowSlope, line.highSlope]) {
            expect(found).toBeCloseTo(slope, 6);
          }
          const at = line.centreDay - FIRST_DAY;
          expect(line.centreValue).toBeCloseTo(start + slope * at, 4);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is the same line of the days in weekly rhythm', () => {
    const line = fitted(days(90, (at) => (100 + 2 * at) * weekend(at)));
    expect(line.slope).toBeCloseTo(2, 1);
    // The mean of a week's days, not the one that most of them have.
    const at = line.centreDay - FIRST_DAY;
    expect(line.centreValue / (100 + 2 * at)).toBeCloseTo(1, 2);
  });

  it.each([21, 30, 90])('has the slope in its range in 95 of 100 seeds, of %i days', (count) => {
    const holds = percentOfSeeds((seed) => {
      const line = fitLine(days(count, (at) => (100 + 0.5 * at) * weekend(at), 10, seed));
      return line === undefined || (line.lowSlope <= 0.5 && 0.5 <= line.highSlope);
    });
    expect(holds).toBeGreaterThanOrEqual(95);
  });

  it.each([21, 30, 60, 90, 180])('raises no alarm in 95 of 100 seeds, of %i days', (count) => {
    const holds = percentOfSeeds((seed) => {
      const line = fitLine(days(count, (at) => 100 * weekend(at), 10, seed));
      return line === undefined || toDirection(line) === 'none';
    });
    expect(holds).toBeGreaterThanOrEqual(95);
  });

  it('seldom takes days that resemble the days before them for growth', () => {
    const holds = percentOfSeeds((seed) => {
      const random = seededRandom(seed);
      let wave = 0;
      const points = days(90, () => {
        wave = 0.5 * wave + normal(random);
        return 100 + 10 * wave;
      });
      return toDirection(fitted(points)) === 'none';
    });
    expect(holds).toBeGreaterThanOrEqual(90);
  });

  it('is not moved by one day of five of each weekday that is far off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
        const clean = days(90, (at) => 100 + 2 * at, 5, seed);
        const random = seededRandom(seed + 1);
        const odd = new Set<number>();
        for (let weekday = 0; weekday < 7; weekday += 1) {
          const same = clean.flatMap((_, at) => (at % 7 === weekday ? [at] : []));
          const until = odd.size + Math.ceil(same.length / 5);
          while (odd.size < until) odd.add(same[Math.floor(random() * same.length)] ?? 0);
        }
        const dirty = clean.map((point, at) =>
          odd.has(at) ? { ...point, value: point.value * (random() < 0.5 ? 10 : 0) } : point,
        );
        const line = fitted(dirty);
        expect(Math.abs(line.slope - fitted(clean).slope)).toBeLessThan(0.2);
        expect(toDirection(line)).toBe('up');
      }),
      { numRuns: 50 },
    );
  });

  it('has no trend where every day is the same, or nothing', () => {
    for (const value of [0, 42]) {
      const line = fitted(days(60, () => value));
      expect(toDirection(line)).toBe('none');
      expect(line).toMatchObject({ slope: 0, centreValue: value, centreError: 0 });
    }
  });

  it('has no trend of grown days in any order', () => {
    const holds = percentOfSeeds((seed) => {
      const random = seededRandom(seed);
      const grown = days(90, (at) => 100 + at, 5, seed);
      const order = grown
        .map(({ value }) => ({ value, place: random() }))
        .sort((a, b) => a.place - b.place);
      const shuffled = order.map(({ value }, at) => ({ day: FIRST_DAY + at, value }));
      return toDirection(fitted(shuffled)) === 'none';
    });
    expect(holds).toBeGreaterThanOrEqual(95);
  });

  it('finds what grows, and what falls', () => {
    const found = (slope: number) => toDirection(fitted(days(60, (at) => 500 + slope * at, 20)));
    expect([found(3), found(-3)]).toEqual(['up', 'down']);
  });

  it('finds the growth of what is done on one day of the week alone', () => {
    const line = fitted(days(180, (at) => (at % 7 === 3 ? 700 + 7 * at : 0), 1));
    expect(line.slope).toBeCloseTo(1, 1);
    expect(toDirection(line)).toBe('up');
  });

  it('needs three weeks', () => {
    expect(fitLine(days(LEAST_DAYS - 1, (at) => at))).toBeUndefined();
    expect(fitLine([])).toBeUndefined();
    expect(fitLine(days(LEAST_DAYS, (at) => at))).toBeDefined();
  });

  it('does not mind days that are missing', () => {
    const some = days(90, (at) => (100 + 2 * at) * weekend(at)).filter((_, at) => at % 5 !== 0);
    expect(fitted(some).slope).toBeCloseTo(2, 1);
  });

  it('has the level in its range in most seeds', () => {
    const holds = percentOfSeeds((seed) => {
      const { centreValue, centreError } = fitted(days(60, (at) => 100 * weekend(at), 10, seed));
      return Math.abs(centreValue - 100) <= centreError;
    });
    expect(holds).toBeGreaterThanOrEqual(93);
  });

  it('does not take long for ten years', () => {
    const startMs = performance.now();
    expect(fitted(days(3_660, (at) => at, 100)).slope).toBeCloseTo(1, 1);
    expect(performance.now() - startMs).toBeLessThan(3_000);
  });
});
