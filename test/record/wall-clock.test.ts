import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anchorOf, CLOCK_STEP_MS, clockStep } from '../../src/record/wall-clock.js';

const ANCHOR_MS = Date.UTC(2026, 0, 1);

function reading(bootMs: number, offMs = 0) {
  return { bootMs, wallMs: ANCHOR_MS + bootMs + offMs, monotonicMs: 0 };
}

test('the anchor is the wall time of the boot', () => {
  expect(anchorOf(reading(123_450))).toBe(ANCHOR_MS);
});

test.each([0, 1, CLOCK_STEP_MS, -CLOCK_STEP_MS])(
  'a wall clock that is off by %i ms was not set',
  (offMs) => {
    expect(clockStep(ANCHOR_MS, reading(60_000, offMs))).toBeUndefined();
  },
);

test.each([CLOCK_STEP_MS + 1, -CLOCK_STEP_MS - 1, 3_600_000, -86_400_000])(
  'a wall clock that is off by %i ms was set',
  (offMs) => {
    expect(clockStep(ANCHOR_MS, reading(60_000, offMs))).toEqual({
      beforeMs: ANCHOR_MS + 60_000,
      afterMs: ANCHOR_MS + 60_000 + offMs,
    });
  },
);

test('after a step the new anchor shows no step, however long ago the boot was', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e12 }), fc.integer(), (bootMs, offMs) => {
      const set = reading(bootMs, offMs);
      expect(clockStep(anchorOf(set), set)).toBeUndefined();
    }),
  );
});
