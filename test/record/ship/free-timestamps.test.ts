import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FreeTimestamps } from '../../../src/record/ship/free-timestamps.js';

/** A journal's part in it: which milliseconds of which series are taken. */
function emptySeries(): (seriesId: number) => (timestampMs: number) => boolean {
  const taken = new Set<string>();
  return (seriesId) => (timestampMs) => {
    const key = `${seriesId} ${timestampMs}`;
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  };
}

it('takes the last millisecond of the slice, so that one that ends at midnight is of its own day', () => {
  const midnightMs = Date.UTC(2026, 2, 29);
  expect(new FreeTimestamps().take(1, midnightMs, () => true)).toBe(midnightMs - 1);
});

it('takes the next earlier one that is free, in each series for itself', () => {
  const timestamps = new FreeTimestamps();
  const isFree = emptySeries();
  const take = (seriesId: number, endMs: number) =>
    timestamps.take(seriesId, endMs, isFree(seriesId));
  expect([take(1, 100), take(1, 100), take(2, 100), take(1, 99), take(1, 100)]).toEqual([
    99, 98, 99, 97, 96,
  ]);
});

it('gives out none twice and skips none, in whatever order slices end', () => {
  const slices = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 })),
  );
  fc.assert(
    fc.property(slices, (ends) => {
      const timestamps = new FreeTimestamps();
      const isFree = emptySeries();
      const taken = new Set<string>();
      for (const [seriesId, endMs] of ends) {
        const ms = timestamps.take(seriesId, endMs, isFree(seriesId));
        expect(ms).toBeLessThan(endMs);
        for (let between = ms + 1; between < endMs; between += 1) {
          expect(taken).toContain(`${seriesId} ${between}`);
        }
        expect(taken).not.toContain(`${seriesId} ${ms}`);
        taken.add(`${seriesId} ${ms}`);
      }
    }),
  );
});

it('asks once for each millisecond, in whatever order many slices end', () => {
  for (const endOf of [
    (i: number) => 5_000 + (i % 2),
    (i: number) => 5_000 + (i % 1_000),
    (i: number) => 5_000 - (i % 7),
  ]) {
    const timestamps = new FreeTimestamps();
    const isFree = emptySeries()(1);
    let asked = 0;
    for (let i = 0; i < 4_000; i += 1) {
      timestamps.take(1, endOf(i), (ms) => {
        asked += 1;
        return isFree(ms);
      });
    }
    expect(asked).toBe(4_000);
  }
});

it('asks once for each of many slices that end at once', () => {
  const timestamps = new FreeTimestamps();
  const isFree = emptySeries()(1);
  let asked = 0;
  for (let i = 0; i < 1_000; i += 1) {
    timestamps.take(1, 5_000, (ms) => {
      asked += 1;
      return isFree(ms);
    });
  }
  expect(asked).toBe(1_000);
});
