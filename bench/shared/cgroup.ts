import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from './cleanup.js';

/** Version 1 counts in nanoseconds, version 2 in microseconds. */
const V1 = { marker: 'cpuacct.usage', file: 'cpuacct.usage', usage: /^(\d+)$/m, perMs: 1e6 };
const V2 = {
  marker: 'cgroup.controllers',
  file: 'cpu.stat',
  usage: /^usage_usec (\d+)$/m,
  perMs: 1e3,
};

/** Where cgroups that count CPU time may be mounted, the more exact ones first. */
const MOUNTS = [
  { mount: '/sys/fs/cgroup/cpuacct', ...V1 },
  { mount: '/sys/fs/cgroup/cpu,cpuacct', ...V1 },
  { mount: '/sys/fs/cgroup', ...V2 },
  { mount: '/sys/fs/cgroup/unified', ...V2 },
];

/** How long the last process of a cgroup may take to leave it before the removal fails. */
const REMOVE_LIMIT_MS = 5_000;

/** How many were created by this process, which names them apart. */
let created = 0;

/** Counts the CPU time of every process that was started in it, with threads, forks and what has ended. */
export interface CpuCgroup {
  readonly procsFile: string;
  /** CPU time of everything in it so far, with all of the kernel's digits. */
  cpuMs(): Promise<number>;
  /** Processes that live in it. */
  pids(): Promise<number[]>;
}

/**
 * Creates one whose name begins with `psusage-bench-`. The cleanup removes it.
 *
 * @throws when no cgroup file system is mounted that counts CPU time
 */
export async function createCgroup(name: string, cleanup: Cleanup): Promise<CpuCgroup> {
  const kind = MOUNTS.find(({ mount, marker }) => existsSync(join(mount, marker)));
  if (!kind) throw new Error('no cgroup file system that counts CPU time is mounted');
  const folder = join(kind.mount, `psusage-bench-${name}-${process.pid}-${created++}`);
  await mkdir(folder);
  cleanup.defer(() => removeWhenEmpty(folder));
  const procsFile = join(folder, 'cgroup.procs');
  return {
    procsFile,
    cpuMs: async () => {
      const usage = kind.usage.exec(await readFile(join(folder, kind.file), 'utf8'));
      return Number(usage?.[1]) / kind.perMs;
    },
    pids: async () => (await readFile(procsFile, 'utf8')).split('\n').filter(Boolean).map(Number),
  };
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
