import type { Observation } from '../experiment/observe.js';
import { sumCpuMs } from '../truth/ended-process.js';
import { distance, type Bar, type Off } from './bar.js';
import type { Claims } from './claims.js';

/** A process that a method saw, and how far off it was. */
interface ProcessOff extends Off {
  readonly pid: number;
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
  readonly seenProcesses: number;
  readonly processes: number;
  /** Those that it saw, the furthest off first. */
  readonly byProcess: readonly ProcessOff[];
}

/**
 * Holds what a method says against the kernel. A process's CPU time is what taskstats say of it and
 * an equal share of what the cgroup has more.
 */
export function errorsOf(
  observation: Observation,
  claims: Claims,
  { bar, uids }: { bar: Bar | undefined; uids: ReadonlyMap<string, number> },
): Errors {
  const { perUser, totalCpuMs, processes } = observation;
  const users = [...uids].flatMap(([userName, uid]): UserOff[] => {
    const kernelMs = perUser.find((user) => user.uid === uid)?.cpuMs ?? 0;
    const claimedMs = claims.byUid.get(uid) ?? 0;
    return kernelMs + claimedMs > 0 ? [{ userName, ...off(kernelMs, claimedMs) }] : [];
  });
  const [worstUser] = users.sort((a, b) => distance(b, bar) - distance(a, bar));
  if (worstUser === undefined) throw new Error('the load used no CPU time');
  const byProcess = processErrors(observation, claims);
  const sum = byProcess.reduce((before, { errorMs }) => before + Math.abs(errorMs), 0);
  return {
    total: off(totalCpuMs, claims.totalMs),
    worstUser,
    meanProcessMs: sum / byProcess.length,
    seenProcesses: byProcess.length,
    processes: processes.length,
    byProcess,
  };
}

function processErrors({ processes, totalCpuMs }: Observation, { byPid }: Claims): ProcessOff[] {
  const restMs = (totalCpuMs - sumCpuMs(processes)) / Math.max(1, processes.length);
  return processes
    .flatMap(({ pid, command, cpuMs, startedMs, endedMs }): ProcessOff[] => {
      const claimedMs = byPid.get(pid);
      if (claimedMs === undefined) return [];
      return [{ pid, command, lifeMs: endedMs - startedMs, ...off(cpuMs + restMs, claimedMs) }];
    })
    .sort((a, b) => Math.abs(b.errorMs) - Math.abs(a.errorMs));
}

function off(kernelMs: number, claimedMs: number): Off {
  return { kernelMs, errorMs: claimedMs - kernelMs };
}
