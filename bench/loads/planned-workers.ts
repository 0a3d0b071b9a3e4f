import { copyFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LINGER_SECONDS, LOAD_GRACE_SECONDS, type LoadOutcome, type LoadPlace } from './load.js';
import { startProcess, untilExit } from './start-process.js';
import type { BenchUser } from './users.js';

const PYTHON = '/usr/bin/python3';
const SOURCE = fileURLToPath(new URL('planned-workers.py', import.meta.url));

/** A fork of a master that waits for it. */
export interface PlannedWorker {
  /** After the master's start. */
  readonly startMs: number;
  readonly lifeMs: number;
  /** CPU time ÷ lifetime; less where the machine has no more to give. */
  readonly percent: number;
  readonly user: BenchUser;
}

export interface Master {
  /** What the master and its forks are called: a name that nothing else on the machine has. */
  readonly program: string;
  /** Root, who may fork workers of any user, when left out. */
  readonly user?: BenchUser;
  /** How long it lives on after its last fork. */
  readonly lingerSeconds?: number;
}

/** Runs a master that forks workers as planned, and lives on after the last. */
export async function runPlannedWorkers(
  { program, user, lingerSeconds = LINGER_SECONDS }: Master,
  plan: readonly PlannedWorker[],
  { folder, cgroups, signal }: LoadPlace,
): Promise<LoadOutcome> {
  const path = join(folder, program);
  const script = join(folder, 'planned-workers.py');
  await symlink(PYTHON, path);
  await copyFile(SOURCE, script);
  const sorted = [...plan].sort((a, b) => a.startMs - b.startMs);
  const rows = sorted.map((each) => [each.startMs, each.lifeMs, each.percent, each.user.uid]);
  const lastMs = Math.max(...plan.map(({ startMs, lifeMs }) => startMs + lifeMs));
  const started = await startProcess(
    [path, '-I', '-S', script, JSON.stringify(rows), String(lingerSeconds)],
    {
      cgroups,
      ...(user ? { user } : {}),
      cwd: '/',
      limitSeconds: Math.ceil(lastMs / 1000) + LOAD_GRACE_SECONDS,
    },
  );
  const exits = await untilExit([started], signal);
  return {
    topPids: [started.pid],
    notes: [`${plan.length} workers in ${(lastMs / 1000).toFixed(1)} s, exit ${exits.join()}`],
  };
}
