import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where the two generations of cgroups are mounted, the more exact one first. */
const MOUNTS = {
  v1: ['/sys/fs/cgroup/cpuacct', '/sys/fs/cgroup/cpu,cpuacct'],
  v2: ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'],
} as const;

/** How long the last process of a cgroup may take to leave it before the removal fails. */
const REMOVE_LIMIT_MS = 5_000;

/** How many were created by this process, which names them apart. */
let created = 0;

export type CgroupVersion = keyof typeof MOUNTS;

/**
 * A cgroup that counts the CPU time of every process that was started in it, threads, forks and
 * what has ended included: in nanoseconds (v1) or microseconds (v2).
 */
export interface CpuCgroup {
  readonly version: CgroupVersion;
  readonly procsFile: string;
  /** CPU time of everything in it so far, in milliseconds with all of the kernel's digits. */
  cpuMs(): Promise<number>;
  /** Processes that live in it. */
  pids(): Promise<number[]>;
  /** @throws when a process still lives in it after five seconds */
  remove(): Promise<void>;
}

/** Generations that are mounted on this machine and count CPU time, v1 first. */
export function cgroupVersions(): CgroupVersion[] {
  return (['v1', 'v2'] as const).filter((version) => mountOf(version) !== undefined);
}

/**
 * Creates one whose name begins with `name`.
 *
 * @throws when no generation is mounted, or cgroups can't be created in it
 */
export async function createCpuCgroup(
  name: string,
  version: CgroupVersion | undefined = cgroupVersions()[0],
): Promise<CpuCgroup> {
  const mount = version && mountOf(version);
  if (!mount) throw new Error('no cgroup file system that counts CPU time is mounted');
  const folder = join(mount, `${name}-${process.pid}-${created++}`);
  await mkdir(folder);
  const procsFile = join(folder, 'cgroup.procs');
  return {
    version,
    procsFile,
    cpuMs: () => readCpuMs(folder, version),
    pids: async () => (await readFile(procsFile, 'utf8')).split('\n').filter(Boolean).map(Number),
    remove: () => removeWhenEmpty(folder),
  };
}

function mountOf(version: CgroupVersion): string | undefined {
  const file = version === 'v1' ? 'cpuacct.usage' : 'cgroup.controllers';
  return MOUNTS[version].find((mount) => existsSync(join(mount, file)));
}

async function readCpuMs(folder: string, version: CgroupVersion): Promise<number> {
  if (version === 'v1') {
    return Number(await readFile(join(folder, 'cpuacct.usage'), 'utf8')) / 1e6;
  }
  const usage = /^usage_usec (\d+)$/m.exec(await readFile(join(folder, 'cpu.stat'), 'utf8'));
  if (!usage) throw new Error(`${folder}/cpu.stat has no usage_usec`);
  return Number(usage[1]) / 1e3;
}

async function removeWhenEmpty(folder: string): Promise<void> {
  const deadlineMs = performance.now() + REMOVE_LIMIT_MS;
  for (;;) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(50);
    }
  }
}
