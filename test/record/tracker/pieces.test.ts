import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PIECES, piecesByQuarter } from '../../../src/record/tracker/pieces.js';
import { QUARTER_HOUR_MS, startOfQuarter } from '../../../src/shared/units.js';

const NOON_MS = Date.UTC(2026, 5, 1, 12);

test('CPU time on both sides of a quarter-hour is split in proportion to time', () => {
  expect(piecesByQuarter(NOON_MS - 250, NOON_MS + 750, 100)).toEqual([
    { quarterMs: NOON_MS - QUARTER_HOUR_MS, fromMs: NOON_MS - 250, toMs: NOON_MS, cpuMs: 25 },
    { quarterMs: NOON_MS, fromMs: NOON_MS, toMs: NOON_MS + 750, cpuMs: 75 },
  ]);
});

test('a stretch that ends on a quarter-hour belongs to the one it was spent in', () => {
  const pieces = piecesByQuarter(NOON_MS - 1_000, NOON_MS, 40);
  expect(pieces.map((each) => each.quarterMs)).toEqual([NOON_MS - QUARTER_HOUR_MS]);
});

test('a stretch without length is one piece', () => {
  expect(piecesByQuarter(NOON_MS + 5, NOON_MS + 5, 7)).toMatchObject([
    { toMs: NOON_MS + 5, cpuMs: 7 },
  ]);
});

test('200 days make no more pieces than the bound', () => {
  const pieces = piecesByQuarter(NOON_MS, NOON_MS + 200 * 86_400_000, 1e9);
  expect(pieces.length).toBeLessThanOrEqual(MAX_PIECES + 1);
});

test('pieces add up, follow each other, and lie in the quarter-hour that they name', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000 }),
      fc.integer({ min: 0, max: 30_000_000 }),
      fc.integer({ min: 0, max: 5_000_000 }),
      (offset, length, cpuMs) => {
        const fromMs = NOON_MS + offset;
        const pieces = piecesByQuarter(fromMs, fromMs + length, cpuMs);
        expect(pieces.reduce((sum, each) => sum + each.cpuMs, 0)).toBe(cpuMs);
        expect(pieces.at(-1)?.toMs).toBe(fromMs + length);
        let before = -Infinity;
        for (const each of pieces) {
          expect(each.cpuMs).toBeGreaterThanOrEqual(0);
          expect(each.fromMs).toBeGreaterThanOrEqual(before);
          expect(each.fromMs).toBeLessThan(each.toMs);
          expect(startOfQuarter(each.toMs - 1)).toBe(each.quarterMs);
          before = each.toMs;
        }
      },
    ),
  );
});
