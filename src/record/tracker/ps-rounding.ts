import { MS_PER_SECOND } from '../../shared/units.js';
import type { Interval } from './interval.js';

/** The kernel counts in ticks of a hundredth of a second, on every architecture of today. */
export const TICK_MS = 10;

/** CPU time that a column shows as whole seconds, cut off. */
export function wholeSecond(seconds: number): Interval {
  return { lowMs: seconds * MS_PER_SECOND, highMs: (seconds + 1) * MS_PER_SECOND - TICK_MS };
}

/** Above this ps prints 99.999 for `cuu` and `cuc`. */
const CAPPED_ABOVE_PERCENT = 99;

/** Half of the last digit of `cuu`, and a little for ps's arithmetic in single precision. */
const HALF_A_THOUSANDTH = 0.000_501;

/** The percentages that a printed one may stand for, both included. */
export interface PercentRange {
  low: number;
  high: number;
}

/** `cuu` and `cuc` round to thousandths, up to their cap. */
export function thousandths(percent: number): PercentRange {
  if (percent > CAPPED_ABOVE_PERCENT) return { low: CAPPED_ABOVE_PERCENT, high: Infinity };
  return { low: Math.max(percent - HALF_A_THOUSANDTH, 0), high: percent + HALF_A_THOUSANDTH };
}

/** `pcpu` cuts off: to tenths, and from 100 up to whole numbers. */
export function tenths(percent: number): PercentRange {
  return { low: percent, high: percent + (percent >= 100 ? 1 : 0.1) };
}
