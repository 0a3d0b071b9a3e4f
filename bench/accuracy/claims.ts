import type { RecordedLoad } from '../experiment/record-load.js';
import type { SampledProcess } from '../samplers/sampler.js';

/** What one method says that a load used; milliseconds of CPU time. */
export interface Claims {
  readonly totalMs: number;
  readonly byUid: ReadonlyMap<number, number>;
  /** Processes that it saw, by pid. */
  readonly byPid: ReadonlyMap<number, number>;
}

/** What psusage's own report says of all and of each user, unseen included, and its journal of processes. */
export function claimsOfPsusage({ reported, processes }: RecordedLoad): Claims {
  return {
    totalMs: reported.totalCpuMs,
    byUid: new Map(reported.users.map(({ uid, cpuMs }) => [uid, cpuMs])),
    byPid: new Map(
      processes.flatMap(({ kernel, recorded }): [number, number][] =>
        recorded ? [[kernel.pid, recorded.cpuMs]] : [],
      ),
    ),
  };
}

/**
 * What a sampler says of the load's processes; others on the machine may bear the same name.
 *
 * @param uids by user name
 */
export function claimsOfSampler(
  sampled: readonly SampledProcess[],
  { observation }: Pick<RecordedLoad, 'observation'>,
  uids: ReadonlyMap<string, number>,
): Claims {
  const pids = new Set(observation.processes.map(({ pid }) => pid));
  const byUid = new Map<number, number>();
  const byPid = new Map<number, number>();
  let totalMs = 0;
  for (const { pid, userName, cpuMs } of sampled) {
    if (!pids.has(pid)) continue;
    const uid = uids.get(userName) ?? -1;
    byUid.set(uid, (byUid.get(uid) ?? 0) + cpuMs);
    byPid.set(pid, (byPid.get(pid) ?? 0) + cpuMs);
    totalMs += cpuMs;
  }
  return { totalMs, byUid, byPid };
}
