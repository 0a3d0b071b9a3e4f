import { toCalendarDay, wallClock } from '../../../shared/days.js';
import { MS_PER_HOUR } from '../../../shared/units.js';
import type { HourSpent } from '../../models/hours-figures.js';
import { percentOf } from '../../../shared/numbers.js';

const HOURS_PER_DAY = 24;

/** From which utilisation of all vCPUs on an hour has the next colour, in per cent. */
export const HEAT_STEPS = [1, 5, 10, 25, 50, 75] as const;

/** A day with what was used in each of the 24 hours that a clock shows, in percent of all vCPUs. */
export interface HeatDay {
  /** YYYY-MM-DD */
  day: string;
  /** Null where nothing was recorded, and for an hour that the clock has left out. */
  percents: (number | null)[];
}

/**
 * The hours as a clock on the wall shows them; one that comes twice is one. The last one is held against what of it is over.
 *
 * @param untilMs up to when something could be recorded
 */
export function toHeat(hours: readonly HourSpent[], timeZone: string, untilMs: number): HeatDay[] {
  const days = new Map<string, { cpuMs: number; vcpuMs: number }[]>();
  for (const { fromMs, toMs, cpuMs, recordedMs, vcpus } of hours) {
    const day = toCalendarDay(fromMs, timeZone);
    const sums = days.get(day) ?? emptyDay();
    days.set(day, sums);
    const sum = sums[wallClock(fromMs, timeZone).getUTCHours()];
    if (sum === undefined || vcpus === null || recordedMs === 0) continue;
    sum.cpuMs += cpuMs;
    sum.vcpuMs += vcpus * Math.max(0, Math.min(toMs, untilMs) - fromMs);
  }
  return [...days].map(([day, sums]) => ({
    day,
    percents: sums.map(({ cpuMs, vcpuMs }) => (vcpuMs === 0 ? null : percentOf(cpuMs, vcpuMs))),
  }));
}

/** `00`, `07`, `23` */
export function formatHourOfDay(at: number): string {
  return new Date(at * MS_PER_HOUR).toISOString().slice(11, 13);
}

function emptyDay() {
  return Array.from({ length: HOURS_PER_DAY }, () => ({ cpuMs: 0, vcpuMs: 0 }));
}
