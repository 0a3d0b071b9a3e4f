import { expect, test } from 'vitest';
import { percentile } from '../../../src/report/models/percentile.js';

const HUNDRED = Array.from({ length: 101 }, (_, value) => value);

test('is the value itself where there is one at that place', () => {
  expect(percentile(HUNDRED, 95)).toBe(95);
  expect(percentile([...HUNDRED].reverse(), 99)).toBe(99);
});

test('lies between the two nearest values', () => {
  expect(percentile([10, 20], 95)).toBeCloseTo(19.5, 9);
  expect(percentile([1, 2, 3, 4], 50)).toBe(2.5);
});

test('is the only value where there is one, and nothing where there is none', () => {
  expect(percentile([7], 99)).toBe(7);
  expect(percentile([], 99)).toBeUndefined();
});
