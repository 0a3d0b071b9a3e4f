import { credits, cpuSeconds, utilSeconds } from '../../shared/units.js';
import { rounded } from '../rounded.js';
import { dayOfNumber } from '../data/calendar.js';
import { directionOf } from './theil-sen.js';
import type { LimitedSpending, Spending } from './trend.js';
import { creditsAWeek } from './words.js';

/** What was spent, as programs get it: CPU time and util-seconds of the whole are exact. */
export function spentOf({ cpuMs, meanCpuMs }: Spending) {
  return {
    cpuSeconds: cpuSeconds(cpuMs),
    utilSeconds: utilSeconds(cpuMs),
    credits: rounded(credits(cpuMs)),
    meanDayCredits: meanCpuMs === null ? null : rounded(credits(meanCpuMs)),
  };
}

/** Growth of a day's credits in a week; `low` and `high` are its range. */
export function growthOf({ line }: Spending) {
  if (line === null) return { direction: null, credits: null, low: null, high: null };
  return {
    direction: directionOf(line),
    credits: rounded(creditsAWeek(line.slope)),
    low: rounded(creditsAWeek(line.lowSlope)),
    high: rounded(creditsAWeek(line.highSlope)),
  };
}

/**
 * When the limit is reached: `state` is null where too few days count, or no limit is known. Days are
 * YYYY-MM-DD, null where there is none and where it is more than ten years away.
 */
export function reachedOf({ limitUtilSeconds, projection }: LimitedSpending) {
  const day = (number: number | undefined) => (number === undefined ? null : dayOfNumber(number));
  const isAhead = projection?.kind === 'ahead';
  return {
    limitUtilSeconds: rounded(limitUtilSeconds),
    state: projection?.kind ?? null,
    day: isAhead ? dayOfNumber(projection.day) : null,
    earliestDay: isAhead || projection?.kind === 'far' ? day(projection.earliestDay) : null,
    latestDay: isAhead ? day(projection.latestDay) : null,
  };
}
