import { expect, test } from 'vitest';
import { simulateDay } from '../simulation/day.js';

const LIMIT_MS = 300_000;

test(
  'the sums of a day of thousands of forks do not drift by a second at any hour',
  () => {
    for (const { serverName, errorMs, worstHourMs } of simulateDay(1)) {
      expect(Math.abs(errorMs), serverName).toBeLessThan(1_000);
      expect(Math.abs(worstHourMs), serverName).toBeLessThan(1_000);
    }
  },
  LIMIT_MS,
);
