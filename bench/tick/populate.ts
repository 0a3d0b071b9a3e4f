import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Worker, writeWorkers } from '../loads/workers.js';
import type { Cleanup } from '../shared/cleanup.js';
import type { BenchUser, Stage } from '../shared/stage.js';
import { startProcess, type StartedProcess } from '../shared/start-process.js';

const run = promisify(execFile);

/** What is followed is called so; nothing else on the machine has either name. */
export const FOLLOWED_PROGRAM = 'psbench-tick';
const OTHER_PROGRAM = 'psbench-other';

/** Busy ones use one of these parts of a vCPU. */
const PERCENTS = [1, 2, 3];

const FORK_LIMIT_MS = 60_000;

/** A host: what runs on it, and what of it is followed. */
export interface Host {
  readonly name: string;
  /** In all; where the machine has more by itself only the followed ones are added. */
  readonly processes: number;
  readonly followed: number | 'everything';
  /** Of those that are added; they use 1 to 3 % of a vCPU each. */
  readonly busy: number;
  /** Of a shell that is not followed; somewhat fewer in truth. */
  readonly forksPerSecond?: number;
  /** How long psusage is measured: several runs of ps for the whole host after the first one. */
  readonly seconds: number;
}

/** Processes of a host, which live until `stop`, or for a limited time. */
export interface Population {
  /** On the whole machine. */
  readonly processes: number;
  readonly followed: readonly number[] | 'everything';
  stop(): Promise<void>;
}

/** Adds processes until there are as many as the host has. */
export async function populate(
  { processes, followed, busy, forksPerSecond }: Host,
  { folder, users: [user, other] }: Stage,
  limitSeconds: number,
  cleanup: Cleanup,
): Promise<Population> {
  const wanted = followed === 'everything' ? busy + 1 : followed;
  const others = processes - wanted - (await countProcesses());
  const masters: StartedProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const each of masters) each.kill('SIGTERM');
    await Promise.all(masters.map(({ exited }) => exited));
  };
  cleanup.defer(stop);
  const fork = async (name: string, count: number, { uid }: BenchUser, busyOnes = 0) => {
    if (count <= 0) return;
    // The master is one of them.
    const plan = Array.from({ length: count - 1 }, (_, at): Worker => {
      const percent = at < busyOnes ? (PERCENTS[at % PERCENTS.length] ?? 0) : 0;
      return { startMs: 0, lifeMs: limitSeconds * 1000, percent, uid };
    });
    const command = await writeWorkers(folder, name, plan, 0);
    masters.push(await startProcess(command, { limitSeconds }));
    await waitForProcesses(name, count);
  };
  await fork(OTHER_PROGRAM, others, other);
  await fork(FOLLOWED_PROGRAM, wanted, user, busy);
  if (forksPerSecond !== undefined) {
    const forks = `while :; do sleep ${1 / forksPerSecond}; done`;
    masters.push(await startProcess(['sh', '-c', forks], { user: other, limitSeconds }));
  }
  return {
    processes: await countProcesses(),
    followed: followed === 'everything' ? followed : await findPids(FOLLOWED_PROGRAM),
    stop,
  };
}

async function waitForProcesses(name: string, count: number): Promise<void> {
  const deadlineMs = performance.now() + FORK_LIMIT_MS;
  while ((await findPids(name)).length < count) {
    if (performance.now() > deadlineMs) throw new Error(`fewer than ${count} ${name}`);
    await sleep(500);
  }
}

async function findPids(name: string): Promise<number[]> {
  const { stdout } = await run('pgrep', ['-x', name]).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean).map(Number);
}

async function countProcesses(): Promise<number> {
  const { stdout } = await run('ps', ['-e', '-o', 'pid=']);
  // Without ps itself.
  return stdout.trim().split('\n').length - 1;
}
