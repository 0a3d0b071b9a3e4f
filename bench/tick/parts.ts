import { readFile } from 'node:fs/promises';
import type { CpuCgroup } from '../truth/cgroup.js';
import { readLivingCpuMs } from '../truth/living.js';

/** How CPU time divides on the parts of a recorder, in ms. */
export interface PartsCpu {
  readonly recorderMs: number;
  /** The shell that runs ps. */
  readonly helperMs: number;
  /** All runs of ps. */
  readonly psMs: number;
}

/** The processes of a recorder that live as long as it does. */
export interface Parts {
  readonly recorderPid: number;
  readonly helperPid: number;
}

/**
 * Finds a recorder and its child among the processes of its cgroup.
 *
 * @throws when they are not there
 */
export async function findParts(cgroup: CpuCgroup): Promise<Parts> {
  const ppids = new Map<number, number>();
  for (const pid of await cgroup.pids()) ppids.set(pid, await ppidOf(pid));
  const found = [...ppids].find(([, ppid]) => ppids.has(ppid) && !ppids.has(ppids.get(ppid) ?? 0));
  if (!found) throw new Error('the recorder has no helper');
  return { helperPid: found[0], recorderPid: found[1] };
}

/** What each part has used so far: what is neither the recorder's nor its helper's is that of ps. */
export async function readParts(
  { recorderPid, helperPid }: Parts,
  cgroup: CpuCgroup,
): Promise<PartsCpu> {
  const [recorderMs, helperMs, cpuMs] = await Promise.all([
    readLivingCpuMs(recorderPid),
    readLivingCpuMs(helperPid),
    cgroup.cpuMs(),
  ]);
  return { recorderMs, helperMs, psMs: cpuMs - recorderMs - helperMs };
}

/** What each part used between two readings, a second. */
export function partsPerSecond(from: PartsCpu, to: PartsCpu, seconds: number): PartsCpu {
  return {
    recorderMs: (to.recorderMs - from.recorderMs) / seconds,
    helperMs: (to.helperMs - from.helperMs) / seconds,
    psMs: (to.psMs - from.psMs) / seconds,
  };
}

/** 0 when it is gone. */
async function ppidOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The command before it may hold blanks and brackets.
  return Number(/^.*\) \S (\d+)/s.exec(stat)?.[1] ?? 0);
}
