import type { TaskstatsProcess } from './taskstats.js';
import { sumCpuMs } from './ended-process.js';

/** The kernel's own count of what a user's processes used. */
export interface UserTruth {
  readonly uid: number;
  readonly cpuMs: number;
  readonly processes: number;
}

/**
 * Splits the exact CPU time of a load's cgroup by user. Each process gets what taskstats say of it
 * and an equal share of the rest, which is what processes use after their taskstats are written:
 * about half a tick each. That is exact in the sum, and to a millisecond or two a process.
 */
export function truthPerUser(ended: readonly TaskstatsProcess[], cgroupCpuMs: number): UserTruth[] {
  const restMs = (cgroupCpuMs - sumCpuMs(ended)) / Math.max(1, ended.length);
  const users = new Map<number, UserTruth>();
  for (const { uid, cpuMs } of ended) {
    const { cpuMs: sumMs, processes } = users.get(uid) ?? { cpuMs: 0, processes: 0 };
    users.set(uid, { uid, cpuMs: sumMs + cpuMs + restMs, processes: processes + 1 });
  }
  return [...users.values()].sort((a, b) => a.uid - b.uid);
}
