import { formatSignedSeconds } from '../shared/table.js';
import type { KernelCount, RecordedLoad } from './record-load.js';
import type { SampledProcess } from './samplers.js';

/** How far a figure may be off: either is enough where both are given. */
export interface Bar {
  /** Of the kernel's figure. */
  readonly percent?: number;
  /** Milliseconds of CPU time. */
  readonly ms?: number;
}

/** A CPU time beside the kernel's; both in milliseconds. */
export interface Off {
  /** NaN where it is not a figure to compare with. */
  readonly kernelMs: number;
  /** Above 0 where it is more than the kernel's. */
  readonly errorMs: number;
}

/** What one method says that a load used, in milliseconds of CPU time. */
export interface Claims {
  readonly totalMs: number;
  readonly byUid: ReadonlyMap<number, number>;
  /** Processes that it saw, by pid. */
  readonly byPid: ReadonlyMap<number, number>;
}

/** A process that a method saw, and how far off it was. */
interface ProcessOff extends Off {
  readonly command: string;
  readonly lifeMs: number;
}

export interface UserOff extends Off {
  readonly userName: string;
}

/** How far one method was off in one run. */
export interface Errors {
  readonly total: Off;
  /** Of the user that is furthest from the bar. */
  readonly worstUser: UserOff;
  /** Only of processes that it saw. */
  readonly meanProcessMs: number;
  /** Processes that there were. */
  readonly processes: number;
  /** Those that it saw, the furthest off first. */
  readonly byProcess: readonly ProcessOff[];
}

/** `started_ms` comes from whole seconds and a tick: further apart it is another process. */
const SAME_START_MS = 3_000;

/** What psusage's own report says of all and of each user, unseen included, and its journal of processes. */
export function readClaims({ kernel, reported, processes }: RecordedLoad): Claims {
  return {
    totalMs: reported.totalCpuMs,
    byUid: sumBy(reported.users, ({ uid }) => uid),
    byPid: new Map(
      kernel.processes.flatMap(({ pid, startedMs }): [number, number][] => {
        const [nearest] = processes
          .filter((each) => each.pid === pid)
          .sort((a, b) => Math.abs(a.startedMs - startedMs) - Math.abs(b.startedMs - startedMs));
        const isSame = nearest && Math.abs(nearest.startedMs - startedMs) < SAME_START_MS;
        return isSame ? [[pid, nearest.cpuMs]] : [];
      }),
    ),
  };
}

/**
 * What a sampler says of the load's processes; others on the machine may bear the same name.
 *
 * @param uids by user name
 */
export function sumClaims(
  sampled: readonly SampledProcess[],
  { processes }: KernelCount,
  uids: ReadonlyMap<string, number>,
): Claims {
  const pids = new Set(processes.map(({ pid }) => pid));
  const own = sampled.filter(({ pid }) => pids.has(pid));
  return {
    totalMs: own.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    byUid: sumBy(own, ({ userName }) => uids.get(userName) ?? -1),
    byPid: sumBy(own, ({ pid }) => pid),
  };
}

/**
 * Holds what a method says against the kernel.
 *
 * @param bar by which the worst user is chosen
 */
export function compareWithKernel(
  { processes, totalMs }: KernelCount,
  claims: Claims,
  { bar, uids }: { bar: Bar | undefined; uids: ReadonlyMap<string, number> },
): Errors {
  const kernelByUid = sumBy(processes, ({ uid }) => uid);
  const users = [...uids].flatMap(([userName, uid]): UserOff[] => {
    const kernelMs = kernelByUid.get(uid) ?? 0;
    const claimedMs = claims.byUid.get(uid) ?? 0;
    return kernelMs + claimedMs > 0 ? [{ userName, ...compare(kernelMs, claimedMs) }] : [];
  });
  const [worstUser] = users.sort((a, b) => distance(b, bar) - distance(a, bar));
  if (worstUser === undefined) throw new Error('the load used no CPU time');
  const byProcess = processes
    .flatMap(({ pid, command, cpuMs, startedMs, endedMs }): ProcessOff[] => {
      const claimedMs = claims.byPid.get(pid);
      if (claimedMs === undefined) return [];
      return [{ command, lifeMs: endedMs - startedMs, ...compare(cpuMs, claimedMs) }];
    })
    .sort((a, b) => Math.abs(b.errorMs) - Math.abs(a.errorMs));
  const offMs = byProcess.reduce((sum, { errorMs }) => sum + Math.abs(errorMs), 0);
  return {
    total: compare(totalMs, claims.totalMs),
    worstUser,
    meanProcessMs: offMs / byProcess.length,
    processes: processes.length,
    byProcess,
  };
}

/** A figure within its bar is at most 1 away; without a bar, seconds count. */
export function distance({ kernelMs, errorMs }: Off, { percent, ms }: Bar = { ms: 1_000 }): number {
  return Math.min(
    percent === undefined ? Infinity : (100 * Math.abs(errorMs)) / kernelMs / percent,
    ms === undefined ? Infinity : Math.abs(errorMs) / ms,
  );
}

/** For people: `−0.012 s (−0.10 %)`. */
export function formatOff({ kernelMs, errorMs }: Off): string {
  const seconds = `${formatSignedSeconds(errorMs)} s`;
  if (Number.isNaN(kernelMs) || kernelMs === 0) return seconds;
  const percent = Math.abs((100 * errorMs) / kernelMs).toFixed(2);
  return `${seconds} (${errorMs < 0 ? '−' : '+'}${percent} %)`;
}

function compare(kernelMs: number, claimedMs: number): Off {
  return { kernelMs, errorMs: claimedMs - kernelMs };
}

function sumBy<T extends { readonly cpuMs: number }>(
  values: readonly T[],
  key: (value: T) => number,
): Map<number, number> {
  const sums = new Map<number, number>();
  for (const each of values) sums.set(key(each), (sums.get(key(each)) ?? 0) + each.cpuMs);
  return sums;
}
