import type { Rhythm } from './customers.js';

/** Shares of a week's days, Sunday first, and the hour at which most happens. */
const RHYTHMS: Record<Rhythm, { weekdays: readonly number[]; swing: number; busiestHour: number }> =
  {
    work: { weekdays: [0.35, 1.25, 1.3, 1.3, 1.25, 1.15, 0.4], swing: 0.85, busiestHour: 12 },
    leisure: { weekdays: [1.25, 0.9, 0.85, 0.85, 0.9, 1, 1.25], swing: 0.45, busiestHour: 19 },
    even: { weekdays: [0.95, 1, 1.02, 1.02, 1.02, 1.02, 0.97], swing: 0.25, busiestHour: 14 },
  };

const HOURS_PER_DAY = 24;
const MS_PER_HOUR = 3_600_000;

/** How much happens at a time beside the mean of a week, in UTC; the mean of all is 1. */
export function rhythmAt(rhythm: Rhythm, ms: number): number {
  const { weekdays, swing, busiestHour } = RHYTHMS[rhythm];
  const week = weekdays.reduce((sum, share) => sum + share, 0) / weekdays.length;
  const weekday = (weekdays[new Date(ms).getUTCDay()] ?? week) / week;
  const hour = (ms / MS_PER_HOUR) % HOURS_PER_DAY;
  return weekday * (1 + swing * Math.cos((2 * Math.PI * (hour - busiestHour)) / HOURS_PER_DAY));
}
