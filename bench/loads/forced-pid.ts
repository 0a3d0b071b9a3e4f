import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { enteringShell, type StartOptions } from './start-process.js';

/** The kernel gives the next process the number after this one, when it is free. */
const LAST_PID = '/proc/sys/kernel/ns_last_pid';

/** Somebody else may fork between the write and the spawn. */
const MOST_ATTEMPTS = 50;

/** Waits for a line, so that what got the wrong pid ends before it did anything. */
const WAIT_FOR_GO = 'ulimit -t "$1" && shift && read -r go && exec "$@"';

export interface ForcedPidOptions extends Pick<StartOptions, 'cgroups' | 'user'> {
  /** It is killed when it has used that much CPU time; it has to end by itself otherwise. */
  readonly limitCpuSeconds: number;
}

/** Moments are of `performance.now()`, as its parent saw them. */
export interface ForcedRun {
  /** Its exit status, 128 when a signal ended it. */
  readonly exit: number;
  readonly attempts: number;
  readonly startedMs: number;
  readonly endedMs: number;
}

/**
 * Runs a command as the process `pid`, which has to be free, until it ends; as root, on a kernel
 * with CONFIG_CHECKPOINT_RESTORE.
 *
 * @throws when the pid is not free, or others were faster fifty times
 */
export async function runAsPid(
  pid: number,
  command: readonly string[],
  options: ForcedPidOptions,
): Promise<ForcedRun> {
  const limit = String(options.limitCpuSeconds);
  const entering = enteringShell(command, options);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    writeFileSync(LAST_PID, String(pid - 1));
    const child = spawn('sh', ['-c', WAIT_FOR_GO, 'sh', limit, ...entering], {
      stdio: ['pipe', 'ignore', 'ignore', 'ignore'],
      cwd: '/',
    });
    const exited = once(child, 'exit') as Promise<[number | null]>;
    if (child.pid === pid) {
      const startedMs = performance.now();
      child.stdin?.end('go\n');
      const [code] = await exited;
      return { exit: code ?? 128, attempts: attempt, startedMs, endedMs: performance.now() };
    }
    child.kill('SIGKILL');
    await exited;
  }
  throw new Error(`no process got the pid ${pid} in ${MOST_ATTEMPTS} attempts`);
}

/** A pid that is free now: that of a process that has just ended. */
export async function freePid(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' });
  await once(child, 'exit');
  if (child.pid === undefined) throw new Error('true could not be started');
  return child.pid;
}
