import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rounded, roundedDown } from '../../src/shared/numbers.js';

test.each([
  [0, '0'],
  [0.004, '<0.01'],
  [0.412, '0.41'],
  [4.2, '4.20'],
  [9.994, '9.99'],
  [9.996, '10.0'],
  [24.94, '24.9'],
  [99.94, '99.9'],
  [99.96, '100'],
  [986.45, '986'],
  [1_434.19, '1,434'],
  [-32, '-32.0'],
  [Infinity, '∞'],
])('%d in as few digits as people decide by is %s', (value, text) => {
  expect(rounded(value)).toBe(text);
});

test('what is shown has three digits at most below a thousand, and is off by half of the last at most', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.005, max: 999, noNaN: true }), (value) => {
      const text = rounded(value);
      expect(text.replaceAll(/^0\.|\D/g, '').length).toBeLessThanOrEqual(3);
      const decimals = text.split('.')[1]?.length ?? 0;
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + 1e-9);
    }),
  );
});

test('a percentage says 100 only when nothing is missing', () => {
  expect(roundedDown(86_400_000, 86_400_000)).toBe('100');
  expect(roundedDown(0, 0)).toBe('100');
  expect(roundedDown(1, 86_400_000)).toBe('<0.01');
  expect(roundedDown(5, 100)).toBe('5');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400_000 }), (missing) => {
      const shown = Number(roundedDown(86_400_000 - missing, 86_400_000).replace('<', ''));
      expect(shown).toBeLessThan(100);
    }),
  );
});
