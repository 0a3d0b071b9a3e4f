import { execFile } from 'node:child_process';
import { copyFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Cleanup } from '../experiment/cleanup.js';
import { startProcess, type StartedProcess } from '../loads/start-process.js';
import type { BenchUser } from '../loads/users.js';
import type { Stage } from '../experiment/stage.js';
import type { Host } from './hosts.js';

const run = promisify(execFile);

const PYTHON = '/usr/bin/python3';
const SOURCE = fileURLToPath(new URL('processes.py', import.meta.url));

/** What is followed is called so; nothing else on the machine has either name. */
export const FOLLOWED_PROGRAM = 'psbench-tick';
const OTHER_PROGRAM = 'psbench-other';

const FORK_LIMIT_MS = 60_000;

/** Processes of a host, which live until `stop`, or for a limited time. */
export interface Population {
  /** On the whole machine. */
  readonly processes: number;
  stop(): Promise<void>;
}

/** Adds processes until there are as many as the host has. */
export async function populate(
  { processes, followed, busy }: Host,
  { folder, users: [user, other] }: Stage,
  limitSeconds: number,
  cleanup: Cleanup,
): Promise<Population> {
  const wanted = followed === 'everything' ? busy + 1 : followed;
  const others = Math.max(0, processes - wanted - (await countProcesses()));
  const started: StartedProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const each of started) each.kill('SIGTERM');
    await Promise.all(started.map(({ exited }) => exited));
  };
  cleanup.defer(stop);
  const fork = async (name: string, count: number, ofUser: BenchUser, busyOnes = 0) => {
    if (count === 0) return;
    const script = join(folder, 'processes.py');
    await copyFile(SOURCE, script);
    const path = join(folder, name);
    await symlink(PYTHON, path).catch(ignoreExisting);
    const numbers = [count, busyOnes, limitSeconds].map(String);
    const options = { user: ofUser, cwd: '/', limitSeconds };
    started.push(await startProcess([path, '-I', '-S', script, ...numbers], options));
    await untilForked(name, count);
  };
  await fork(OTHER_PROGRAM, others, other);
  await fork(FOLLOWED_PROGRAM, wanted, user, busy);
  return { processes: await countProcesses(), stop };
}

async function untilForked(name: string, count: number): Promise<void> {
  const deadlineMs = performance.now() + FORK_LIMIT_MS;
  for (;;) {
    const { stdout } = await run('pgrep', ['-c', '-x', name]).catch(() => ({ stdout: '0' }));
    if (Number(stdout) >= count) return;
    if (performance.now() > deadlineMs)
      throw new Error(`only ${stdout.trim()} of ${count} ${name}`);
    await sleep(500);
  }
}

async function countProcesses(): Promise<number> {
  const { stdout } = await run('ps', ['-e', '-o', 'pid=']);
  // Without ps itself.
  return stdout.trim().split('\n').length - 1;
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
