import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthMs, union } from '../../../src/report/models/spans.js';
import { splitGaps } from '../../../src/report/models/unrecorded.js';
import { QUARTER_HOUR_MS } from '../../../src/shared/units.js';

const anyGaps = fc
  .array(
    fc.record({ fromMs: fc.nat(20 * QUARTER_HOUR_MS), lengthMs: fc.nat(5 * QUARTER_HOUR_MS) }),
    { maxLength: 12 },
  )
  .map((gaps) => union(gaps.map(({ fromMs, lengthMs: ms }) => ({ fromMs, toMs: fromMs + ms }))));

test('gaps are parted into whole quarter-hours and what is missing of others, nothing twice', () => {
  fc.assert(
    fc.property(anyGaps, (gaps) => {
      const { whole, partial } = splitGaps(gaps);
      for (const { fromMs, toMs } of whole) {
        expect([fromMs % QUARTER_HOUR_MS, toMs % QUARTER_HOUR_MS]).toEqual([0, 0]);
      }
      for (const { quarterMs, gaps: missing } of partial) {
        const quarter = { fromMs: quarterMs, toMs: quarterMs + QUARTER_HOUR_MS };
        expect(lengthMs(missing)).toBeLessThan(QUARTER_HOUR_MS);
        for (const { fromMs, toMs } of missing) {
          expect(fromMs).toBeGreaterThanOrEqual(quarter.fromMs);
          expect(toMs).toBeLessThanOrEqual(quarter.toMs);
        }
      }
      const parts = [...whole, ...partial.flatMap(({ gaps: missing }) => missing)];
      expect(lengthMs(union(parts))).toBe(lengthMs(parts));
      expect(lengthMs(union([...parts, ...gaps]))).toBe(lengthMs(gaps));
      // What is left out is less than a hundredth of each quarter-hour.
      const leftOutMs = lengthMs(gaps) - lengthMs(parts);
      expect(leftOutMs).toBeLessThan((26 * QUARTER_HOUR_MS) / 100);
    }),
  );
});

test('of very many quarter-hours those of which the most is missing are looked at', () => {
  const gaps = Array.from({ length: 300 }, (_, at) => ({
    fromMs: at * QUARTER_HOUR_MS,
    toMs: at * QUARTER_HOUR_MS + 100_000 + at,
  }));
  const { partial } = splitGaps(gaps);
  expect(partial).toHaveLength(200);
  expect(Math.min(...partial.map(({ quarterMs }) => quarterMs))).toBe(100 * QUARTER_HOUR_MS);
});
