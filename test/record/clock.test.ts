import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CLOCK_STEP_MS,
  type ClockReading,
  clockStep,
  gapBetween,
  isGap,
  toAnchorMs,
} from '../../src/record/clock.js';

const ANCHOR_MS = Date.UTC(2026, 0, 1);
const ANCHORS = { lastMs: ANCHOR_MS, nowMs: ANCHOR_MS };

/** All three clocks, `suspendedMs` of the time since the boot spent suspended. */
function reading(bootMs: number, suspendedMs = 0): ClockReading {
  return { bootMs, wallMs: ANCHOR_MS + bootMs, monotonicMs: bootMs - suspendedMs };
}

test.each([
  [1_000, 1_000, false],
  [1_500, 1_000, false],
  [1_510, 1_000, true],
  [2_000, 1_000, true],
  [350, 100, false],
  [360, 100, true],
  [15_000, 10_000, false],
  [15_010, 10_000, true],
])('%i ms between two samples, one each %i ms: a gap is %s', (betweenMs, intervalMs, gap) => {
  expect(isGap(betweenMs, intervalMs)).toBe(gap);
});

test('a gap lasts from the last good sample to the next', () => {
  expect(gapBetween(reading(10_000), reading(13_000), ANCHORS, undefined)).toEqual({
    fromMs: ANCHOR_MS + 10_000,
    toMs: ANCHOR_MS + 13_000,
    durationMs: 3_000,
    reason: 'late',
    detail: null,
  });
});

test('a gap is explained by what failed in it', () => {
  const failure = { kind: 'ps', message: 'ps took longer than 10000 ms' } as const;
  const gap = gapBetween(reading(10_000), reading(13_000), ANCHORS, failure);
  expect(gap).toMatchObject({ reason: 'ps', detail: failure.message });
  const full = { kind: 'journal', message: 'database or disk is full' } as const;
  expect(gapBetween(reading(0), reading(3_000), ANCHORS, full)).toMatchObject({
    reason: 'journal',
    detail: full.message,
  });
});

test('a machine that was suspended explains a gap before all else', () => {
  const failure = { kind: 'ps', message: 'ps took longer than 10000 ms' } as const;
  const gap = gapBetween(reading(10_000), reading(700_000, 600_000), ANCHORS, failure);
  expect(gap).toMatchObject({ reason: 'suspended', detail: null, durationMs: 690_000 });
});

test('clocks that differ by their steps are no suspended machine', () => {
  const gap = gapBetween(reading(10_000), reading(13_000, 20), ANCHORS, undefined);
  expect(gap.reason).toBe('late');
});

test('a gap’s wall time is as long as its duration, wherever the wall clock stood', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer(),
      (bootMs, betweenMs, jumpMs) => {
        const now = { ...reading(bootMs + betweenMs), wallMs: ANCHOR_MS + jumpMs };
        const gap = gapBetween(reading(bootMs), now, ANCHORS, undefined);
        expect(gap.toMs - gap.fromMs).toBe(gap.durationMs);
        expect(gap.durationMs).toBe(betweenMs);
      },
    ),
  );
});

/** The wall clock off by so much. */
function readingOff(bootMs: number, offMs = 0): ClockReading {
  return { bootMs, wallMs: ANCHOR_MS + bootMs + offMs, monotonicMs: 0 };
}

test('the anchor is the wall time of the boot', () => {
  expect(toAnchorMs(readingOff(123_450))).toBe(ANCHOR_MS);
});

test.each([0, 1, CLOCK_STEP_MS, -CLOCK_STEP_MS])(
  'a wall clock that is off by %i ms was not set',
  (offMs) => {
    expect(clockStep(ANCHOR_MS, readingOff(60_000, offMs))).toBeUndefined();
  },
);

test.each([CLOCK_STEP_MS + 1, -CLOCK_STEP_MS - 1, 3_600_000, -86_400_000])(
  'a wall clock that is off by %i ms was set',
  (offMs) => {
    expect(clockStep(ANCHOR_MS, readingOff(60_000, offMs))).toEqual({
      beforeMs: ANCHOR_MS + 60_000,
      afterMs: ANCHOR_MS + 60_000 + offMs,
    });
  },
);

test('after a step the new anchor shows no step, however long ago the boot was', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e12 }), fc.integer(), (bootMs, offMs) => {
      const set = readingOff(bootMs, offMs);
      expect(clockStep(toAnchorMs(set), set)).toBeUndefined();
    }),
  );
});
