import type Database from 'better-sqlite3';
import { listHours, type Period } from '../../shared/days.js';
import { HOST_ID, type JournalGrouping, type UserIds } from './grouping.js';
import { prepareSums } from './usage.js';

/** What each key used in one hour, those that used nothing left out. */
export interface HourUsage {
  fromMs: number;
  /** CPU time by the row's id, in milliseconds. */
  cpuMs: Map<number, number>;
}

/** The hours of a period, in order, as a clock on the wall shows them: of everybody, or of these users. */
export function readHours(
  db: Database.Database,
  by: JournalGrouping,
  period: Period,
  users: UserIds,
): HourUsage[] {
  const readSums = prepareSums(db, by, users);
  return listHours(period).map((hour) => ({ fromMs: hour.fromMs, cpuMs: readSums(hour) }));
}

/** The same hours with all that was used in each in the row of the host. */
export function toHoursOfHost(hours: readonly HourUsage[]): HourUsage[] {
  return hours.map(({ fromMs, cpuMs }) => {
    const allMs = [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0);
    return { fromMs, cpuMs: new Map(allMs > 0 ? [[HOST_ID, allMs]] : []) };
  });
}
