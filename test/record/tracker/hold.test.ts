import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareOut } from '../../../src/record/tracker/hold.js';

const child = fc
  .record({ guessMs: fc.nat(2_000), moreMs: fc.nat(2_000), yetMoreMs: fc.nat(5_000) })
  .map(({ guessMs, moreMs, yetMoreMs }) => {
    const mostMs = guessMs + moreMs;
    return { guessMs, mostMs, utmostMs: mostMs + yetMoreMs };
  });

const room = fc
  .record({ lowMs: fc.integer({ min: -3_000, max: 9_000 }), widthMs: fc.nat(3_000) })
  .map(({ lowMs, widthMs }) => ({ lowMs, highMs: lowMs + widthMs }));

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

test('guesses whose sum fits are left as they are', () => {
  const children = [
    { guessMs: 100, mostMs: 1_000, utmostMs: 1_000 },
    { guessMs: 300, mostMs: 900, utmostMs: 900 },
  ];
  expect(shareOut(children, { lowMs: 350, highMs: 450 })).toEqual([100, 300]);
});

test('a sum that is too high takes from each the same part, one that is too low gives of what is plausible', () => {
  const children = [
    { guessMs: 100, mostMs: 1_000, utmostMs: 1_000 },
    { guessMs: 300, mostMs: 600, utmostMs: 600 },
  ];
  expect(shareOut(children, { lowMs: 100, highMs: 200 })).toEqual([50, 150]);
  expect(shareOut(children, { lowMs: 1_000, highMs: 1_200 })).toEqual([550, 450]);
});

test('a process that was not sampled for long gets more only when all others have what is plausible', () => {
  const children = [
    { guessMs: 0, mostMs: 1_000, utmostMs: 9_000 },
    { guessMs: 300, mostMs: 600, utmostMs: 600 },
  ];
  expect(shareOut(children, { lowMs: 1_600, highMs: 1_700 })).toEqual([1_000, 600]);
  expect(shareOut(children, { lowMs: 5_600, highMs: 5_700 })).toEqual([5_000, 600]);
});

test('no child gets less than nothing or more than there can be, and the sum lies in the room if it can', () => {
  fc.assert(
    fc.property(fc.array(child, { minLength: 1, maxLength: 8 }), room, (children, within) => {
      const shares = shareOut(children, within);
      shares.forEach((share, i) => {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(children[i]?.utmostMs ?? 0);
      });
      const most = sum(children.map((each) => each.utmostMs));
      const rounding = children.length;
      if (within.highMs >= 0) expect(sum(shares)).toBeLessThanOrEqual(within.highMs + rounding);
      if (within.lowMs <= most)
        expect(sum(shares)).toBeGreaterThanOrEqual(
          Math.min(within.lowMs, within.highMs) - rounding,
        );
    }),
  );
});
