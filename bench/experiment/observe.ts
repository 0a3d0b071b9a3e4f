import { join } from 'node:path';
import type { Load, LoadOutcome, LoadPlace } from '../loads/load.js';
import { cgroupVersions, createCpuCgroup, type CpuCgroup } from '../truth/cgroup.js';
import { processesOfLoad, type EndedProcess } from '../truth/ended-process.js';
import { truthPerUser, type UserTruth } from '../truth/per-user.js';
import { startProcessAccounting } from '../truth/process-accounting.js';
import { startTaskstats, type TaskstatsProcess } from '../truth/taskstats.js';
import type { Cleanup } from './cleanup.js';

/** A load that has run, and everything that the kernel counted of it. */
export interface Observation {
  readonly load: Load;
  readonly outcome: LoadOutcome;
  /** What everything in the load's cgroup used, the most exact generation first. */
  readonly cgroups: readonly { readonly version: string; readonly cpuMs: number }[];
  /** The first of these. */
  readonly totalCpuMs: number;
  readonly processes: readonly TaskstatsProcess[];
  readonly accounted: readonly EndedProcess[];
  readonly perUser: readonly UserTruth[];
}

/** Runs a load in a cgroup of each generation, with the kernel's other counts turned on beside. */
export async function observeLoad(
  load: Load,
  place: Omit<LoadPlace, 'cgroups'>,
  cleanup: Cleanup,
): Promise<Observation> {
  const cgroups: CpuCgroup[] = [];
  for (const version of cgroupVersions()) {
    const cgroup = await createCpuCgroup(`psusage-bench-${load.name}`, version);
    cleanup.defer(() => cgroup.remove());
    cgroups.push(cgroup);
  }
  const { outcome, ended, accounted } = await runCounted(load, { ...place, cgroups });
  const members = {
    uids: new Set(place.users.map(({ uid }) => uid)),
    topPids: new Set(outcome.topPids),
  };
  const counted = await Promise.all(
    cgroups.map(async (cgroup) => ({ version: cgroup.version, cpuMs: await cgroup.cpuMs() })),
  );
  const totalCpuMs = counted[0]?.cpuMs ?? NaN;
  const processes = processesOfLoad(ended, members);
  return {
    load,
    outcome,
    cgroups: counted,
    totalCpuMs,
    processes,
    accounted: processesOfLoad(accounted, members),
    perUser: truthPerUser(processes, totalCpuMs),
  };
}

/** Whatever happens to the load, both counts are turned off again. */
async function runCounted(
  load: Load,
  place: LoadPlace,
): Promise<{ outcome: LoadOutcome; ended: TaskstatsProcess[]; accounted: EndedProcess[] }> {
  const taskstats = await startTaskstats();
  const accounting = await startProcessAccounting(join(place.folder, `${load.name}.acct`));
  const [ran] = await Promise.allSettled([load.run(place)]);
  const [accounted, ended] = await Promise.allSettled([accounting.stop(), taskstats.stop()]);
  if (ran.status === 'rejected') throw ran.reason;
  if (accounted.status === 'rejected') throw accounted.reason;
  if (ended.status === 'rejected') throw ended.reason;
  return { outcome: ran.value, ended: ended.value, accounted: accounted.value };
}
