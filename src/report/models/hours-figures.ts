import { type Covered, isCovered } from './coverage.js';
import { percentOf } from '../../shared/numbers.js';
import type { Span } from '../../shared/days.js';
import { percentile } from './percentile.js';

/** Of hours that were recorded, in percent of all vCPUs; null where none was. */
export interface HoursFigures {
  percent95: number | null;
  percent99: number | null;
  busiest: { fromMs: number; percent: number } | null;
}

/** An hour, what was spent in it, and how much of it was recorded. */
export interface HourSpent extends Span, Covered {
  cpuMs: number;
}

/** Percentiles and the busiest of the hours that were recorded; the first of equally busy
 * ones, none where nothing was spent. */
export function hoursFigures(hours: readonly HourSpent[]): HoursFigures {
  const busy = hours.flatMap(({ fromMs, toMs, recordedMs, vcpus, cpuMs }) => {
    if (vcpus === null || !isCovered({ recordedMs, elapsedMs: toMs - fromMs })) return [];
    return [{ fromMs, percent: percentOf(cpuMs, vcpus * (toMs - fromMs)) }];
  });
  const percents = busy.map(({ percent }) => percent);
  const [first, ...rest] = busy.filter(({ percent }) => percent > 0);
  return {
    percent95: percentile(percents, 95) ?? null,
    percent99: percentile(percents, 99) ?? null,
    busiest:
      first === undefined ? null : rest.reduce((a, b) => (b.percent > a.percent ? b : a), first),
  };
}
