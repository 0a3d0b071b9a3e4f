import { toCalendarDay, wallClock } from '../../../shared/days.js';
import { MS_PER_HOUR } from '../../../shared/units.js';
import type { TimeBucket } from '../../models/time-buckets.js';
import { percentOf } from '../../../shared/numbers.js';

const HOURS_PER_DAY = 24;

/** So many colours the style sheet has for heat. */
const HEAT_COLOURS = 7;

/** How far one colour can be from the next, in per cent: short numbers for a scale. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 10, 15] as const;

/** A day with what was used in each of the 24 hours that a clock shows, in percent of all vCPUs. */
export interface HeatDay {
  /** YYYY-MM-DD */
  day: string;
  /** Null where nothing was recorded; undefined for an hour that the clock has left out, or that has not begun. */
  percents: (number | null | undefined)[];
}

/**
 * The hours as a clock on the wall shows them; one that comes twice is one. Each is held against what of it was recorded.
 *
 * @param untilMs up to when something could be recorded
 */
export function toHeat(hours: readonly TimeBucket[], timeZone: string, untilMs: number): HeatDay[] {
  const days = new Map<string, ({ cpuMs: number; vcpuMs: number } | undefined)[]>();
  for (const { fromMs, recordedCpuMs, recordedMs, vcpus } of hours) {
    const day = toCalendarDay(fromMs, timeZone);
    const sums = days.get(day) ?? Array.from({ length: HOURS_PER_DAY }, () => undefined);
    days.set(day, sums);
    if (fromMs >= untilMs) continue;
    const sum = (sums[wallClock(fromMs, timeZone).getUTCHours()] ??= { cpuMs: 0, vcpuMs: 0 });
    if (vcpus === null) continue;
    sum.cpuMs += recordedCpuMs;
    sum.vcpuMs += vcpus * recordedMs;
  }
  return [...days].map(([day, sums]) => ({
    day,
    percents: sums.map(
      (sum) => sum && (sum.vcpuMs === 0 ? null : percentOf(sum.cpuMs, sum.vcpuMs)),
    ),
  }));
}

/** From which percentage on each colour stands, the first for the least; steps that the data fill. */
export function chooseHeatScale(days: readonly HeatDay[]): number[] {
  const known = days.flatMap(({ percents }) => percents.flatMap((percent) => percent ?? []));
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const start = (step: number) => Math.floor(least / step) * step;
  const isEnough = (step: number) => start(step) + HEAT_COLOURS * step >= most;
  const step = STEPS.find(isEnough) ?? STEPS[STEPS.length - 1] ?? 1;
  const from = known.length === 0 ? 0 : start(step);
  return Array.from({ length: HEAT_COLOURS }, (_, at) => Number((from + at * step).toFixed(1)));
}

/** `00`, `07`, `23` */
export function formatHourOfDay(at: number): string {
  return new Date(at * MS_PER_HOUR).toISOString().slice(11, 13);
}
