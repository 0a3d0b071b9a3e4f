import type { QuarterUsage } from './read/usage.js';

/** What each key used in one hour, those that used nothing left out. */
export interface HourUsage {
  fromMs: number;
  /** CPU time by the row's id, in milliseconds. */
  cpuMs: Map<number, number>;
}

/**
 * Sums quarter-hours into the hours of a period.
 *
 * @param quarters in the order of time, none before the first hour
 * @param hourStartsMs in the order of time
 */
export function sumByHour(
  quarters: Iterable<QuarterUsage>,
  hourStartsMs: readonly number[],
): HourUsage[] {
  const hours = hourStartsMs.map((fromMs): HourUsage => ({ fromMs, cpuMs: new Map() }));
  let at = 0;
  for (const { quarterMs, id, cpuMs } of quarters) {
    while ((hourStartsMs[at + 1] ?? Infinity) <= quarterMs) at += 1;
    const hour = hours[at];
    hour?.cpuMs.set(id, (hour.cpuMs.get(id) ?? 0) + cpuMs);
  }
  return hours;
}
