import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CpuCgroup } from '../shared/cgroup.js';
import type { Stage } from '../shared/stage.js';
import { startProcess, type StartOptions, waitForExit } from '../shared/start-process.js';

/** Where, for whom and for how long a load runs. */
export interface LoadPlace extends Stage {
  /** Everything that counts as the load starts in it; what drives it does not. */
  readonly cgroup: CpuCgroup;
  readonly seed: number;
  /** How long it goes on; starting and stopping come on top. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

export interface LoadOutcome {
  /** This process and all its descendants are the load, whoever they run as. */
  readonly topPid: number;
  /** What the load says about itself. */
  readonly note: string;
}

/** A real load. All its processes have ended when `run` returns, or throws. */
export interface Load {
  readonly name: string;
  /** What a recorder has to be told to follow it; everything, where there are none. */
  readonly programs: readonly string[];
  run(place: LoadPlace): Promise<LoadOutcome>;
}

/** How much longer than planned a load may live before it is killed. */
export const LOAD_GRACE_SECONDS = 60;

/**
 * How long the parent of a load lives on, idle, after its last child: what it has reaped is held
 * against its children up to two ticks later.
 */
export const LINGER_SECONDS = 4;

/** Runs one command until it ends by itself. */
export async function runCommand(
  command: readonly string[],
  { cgroup, seconds, signal }: LoadPlace,
  options: Partial<StartOptions> = {},
): Promise<{ topPid: number; exit: number }> {
  const limitSeconds = Math.ceil(seconds) + LOAD_GRACE_SECONDS;
  const started = await startProcess(command, { cgroup, limitSeconds, ...options });
  return { topPid: started.pid, exit: await waitForExit(started, signal) };
}

/** Gives a program a name that nothing else on the machine has. */
export async function linkProgram(folder: string, name: string, program: string): Promise<string> {
  const path = join(folder, name);
  await symlink(program, path);
  return path;
}
