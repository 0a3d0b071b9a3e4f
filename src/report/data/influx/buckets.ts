import { listHourStarts, type Period } from '../../../shared/days.js';
import { MS_PER_HOUR, QUARTER_HOUR_MS } from '../../../shared/units.js';

/** Stretches of equal length, one after the other; what belongs to one is from ≤ t < from + step. */
export interface Buckets {
  fromMs: number;
  stepMs: number;
  count: number;
}

/** A month of hours: an answer that holds them for a thousand users is some megabytes. */
const MAX_BUCKETS = 750;

/** The whole period as one. */
export function oneBucket({ fromMs, toMs }: Period): Buckets {
  return { fromMs, stepMs: toMs - fromMs, count: 1 };
}

/**
 * The hours of the period as a clock on the wall shows them, or quarters of them where clocks move by half an
 * hour within the period; in lists short enough for one request.
 */
export function hourlyBuckets(period: Period): Buckets[] {
  const { fromMs, toMs } = period;
  const marks = [...listHourStarts(period), toMs];
  const areWhole = marks.every((ms) => (ms - fromMs) % MS_PER_HOUR === 0);
  const stepMs = areWhole ? MS_PER_HOUR : QUARTER_HOUR_MS;
  const all = (toMs - fromMs) / stepMs;
  const parts: Buckets[] = [];
  for (let from = 0; from < all; from += MAX_BUCKETS) {
    const count = Math.min(MAX_BUCKETS, all - from);
    parts.push({ fromMs: fromMs + from * stepMs, stepMs, count });
  }
  return parts;
}
