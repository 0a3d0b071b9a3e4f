import { wallClock } from '../../shared/days.js';
import { decimal } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import { dayOfNumber } from '../data/calendar.js';
import type { Projection } from './projection.js';
import { directionOf, type FittedLine } from './theil-sen.js';

const DAYS_PER_WEEK = 7;

const BEYOND = '>10 years';

/** In credits: what is nearer to nothing is not worth a sign. */
const LEAST_SIGNED = 0.005;

/** By how many credits a day's use grows in a week; empty where it does not grow or fall. */
export function growthInWords(line: FittedLine | null): string {
  if (line === null || directionOf(line) === 'none') return '';
  return signed(creditsAWeek(line.slope));
}

/** `+8.10 … +16.20`, `about 0 … +0.35`, or `about 0` where both ends are. */
export function growthRangeInWords(line: FittedLine | null): string {
  if (line === null) return '';
  const [low, high] = [line.lowSlope, line.highSlope].map((slope) => signed(creditsAWeek(slope)));
  return low === high ? (low ?? '') : `${low ?? ''} … ${high ?? ''}`;
}

/** `2026-11-02`, or why there is no such day. */
export function reachedInWords(projection: Projection | null): string {
  switch (projection?.kind) {
    case 'ahead':
      return dayOfNumber(projection.day);
    case 'far':
      return BEYOND;
    case 'reached':
      return 'reached';
    case 'falling':
      return 'falling';
    case 'no-trend':
    case undefined:
      return 'no trend';
  }
}

/** `2026-09-01 – 2027-01-15` */
export function reachedRangeInWords(projection: Projection | null): string {
  if (projection?.kind !== 'ahead' && projection?.kind !== 'far') return '';
  if (projection.earliestDay === undefined) return '';
  const latestDay = projection.kind === 'ahead' ? projection.latestDay : undefined;
  const latest = latestDay === undefined ? BEYOND : dayOfNumber(latestDay);
  return `${dayOfNumber(projection.earliestDay)} – ${latest}`;
}

/** From a slope in milliseconds a day. */
export function creditsAWeek(slopeMs: number): number {
  return credits(slopeMs * DAYS_PER_WEEK);
}

/** `14:00` */
export function timeInWords(ms: number, timeZone: string): string {
  return wallClock(ms, timeZone).toISOString().slice(11, 16);
}

function signed(value: number): string {
  if (Math.abs(value) < LEAST_SIGNED) return 'about 0';
  return `${value < 0 ? '-' : '+'}${decimal(Math.abs(value))}`;
}
