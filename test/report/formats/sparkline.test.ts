import { expect, test } from 'vitest';
import { daysPerBlock, sparkline } from '../../../src/report/formats/sparkline.js';

test('shows a value a block, from nothing to the largest', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 9)).toBe('▁▁▂▃▄▅▆▇█');
});

test('shows a gap where nothing is known', () => {
  expect(sparkline([4, null, 8], 10)).toBe('▄·█');
  expect(sparkline([null, null], 10)).toBe('··');
});

test('shows nothing as the lowest block', () => {
  expect(sparkline([0, 0], 2)).toBe('▁▁');
  expect(sparkline([], 2)).toBe('');
});

test('puts days together where they do not fit, the last ones always whole', () => {
  expect(sparkline([8, 2, 2, 4, 4], 3)).toBe('█▂▄');
  expect(sparkline([8, null, 4], 2)).toBe('█▄');
});

test('puts whole weeks together where three days do not fit', () => {
  expect([30, 60, 90, 91, 200].map((days) => daysPerBlock(days, 30))).toEqual([1, 2, 3, 7, 7]);
  expect(daysPerBlock(3_660, 20)).toBe(189);
});
