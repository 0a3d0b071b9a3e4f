import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDurationMs } from '../../src/shared/duration.js';
import { UsageError } from '../../src/shared/errors.js';

const BOUNDS = { minMs: 100, maxMs: 365 * 86_400_000 };

test.each([
  ['500ms', 500],
  ['1s', 1_000],
  ['1.5s', 1_500],
  ['10 m', 600_000],
  ['24h', 86_400_000],
  ['90d', 90 * 86_400_000],
  ['2w', 14 * 86_400_000],
  ['100.4ms', 100],
])('reads %s as %i ms', (text, durationMs) => {
  expect(parseDurationMs(text, BOUNDS)).toBe(durationMs);
});

test.each([
  '',
  '5',
  's',
  '-1s',
  '1e3s',
  '1,5s',
  '1s2m',
  '1y',
  '1S',
  '0x10s',
  ' 1s',
  '1s\n',
  `${'0'.repeat(200)}1s`,
])('refuses %j and shows what a duration is', (text) => {
  expect(() => parseDurationMs(text, BOUNDS)).toThrow(UsageError);
  expect(() => parseDurationMs(text, BOUNDS)).toThrow(/is not a duration: .* 500ms, 1s, 10m/);
});

test.each(['0s', '99ms', '366d', '999999999999999w'])(
  'refuses %s and says what the bounds are',
  (text) => {
    expect(() => parseDurationMs(text, BOUNDS)).toThrow(
      `the duration '${text}' is out of bounds: from 100ms to 365d`,
    );
  },
);

test('gives whole milliseconds within the bounds, or a usage error, for any text', () => {
  const almost = fc.stringMatching(/^\d{0,20}\.?\d{0,20} ?(ms|s|m|h|d|w|x)?$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost), (text) => {
      try {
        const durationMs = parseDurationMs(text, BOUNDS);
        expect(Number.isInteger(durationMs)).toBe(true);
        expect(durationMs).toBeGreaterThanOrEqual(BOUNDS.minMs);
        expect(durationMs).toBeLessThanOrEqual(BOUNDS.maxMs);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});
