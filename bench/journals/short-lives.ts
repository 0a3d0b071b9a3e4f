import { MS_PER_DAY, QUARTER_HOUR_MS } from '../../src/shared/units.js';
import { between, type Random } from '../loads/random.js';
import type { ShortLife } from './host.js';

const LEAST_MS = 2_000;
const MOST_MS = 15_000;
const LEAST_CPU_PERCENT = 1;
const MOST_CPU_PERCENT = 20;

/** So much more starts at the busiest hour than in the mean, and so much less at the quietest. */
const DAILY_SWING = 0.6;

/**
 * How many lifecycles start in each quarter-hour of a stretch: `lives` in all, more of them at noon
 * than at midnight.
 */
export function startsByQuarter(lives: number, fromMs: number, quarters: number): number[] {
  const rates = Array.from({ length: quarters }, (_, at) => rateAt(fromMs + at * QUARTER_HOUR_MS));
  const whole = rates.reduce((sum, rate) => sum + rate, 0);
  let upTo = 0;
  let started = 0;
  return rates.map((rate) => {
    upTo += rate;
    const starts = Math.round((lives * upTo) / whole) - started;
    started += starts;
    return starts;
  });
}

/** Lifecycles of a few seconds that start in a quarter-hour, in the order of their starts; nobody's yet. */
export function shortLives(
  count: number,
  quarterMs: number,
  random: Random,
): Omit<ShortLife, 'account'>[] {
  const starts = Array.from({ length: count }, () => between(random, 1, QUARTER_HOUR_MS - 1));
  return starts
    .sort((a, b) => a - b)
    .map((sinceMs) => {
      const lengthMs = between(random, LEAST_MS, MOST_MS);
      const percent = between(random, LEAST_CPU_PERCENT, MOST_CPU_PERCENT);
      const startedMs = quarterMs + sinceMs;
      const cpuMs = Math.round((lengthMs * percent) / 100);
      return { startedMs, endedMs: startedMs + lengthMs, cpuMs };
    });
}

function rateAt(ms: number): number {
  return 1 - DAILY_SWING * Math.cos((2 * Math.PI * (ms % MS_PER_DAY)) / MS_PER_DAY);
}
