import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { CpuCgroup } from './cgroup.js';
import type { BenchUser } from './stage.js';

/** Prints its pid on descriptor 3, enters the cgroup of the first argument, if any, and becomes the rest. */
const ENTER = 'echo $$ >&3; exec 3>&-; [ -z "$1" ] || echo $$ >"$1" || exit 125; shift; exec "$@"';

/** After the time limit's SIGTERM, how long until its SIGKILL. */
const KILL_AFTER_SECONDS = 5;

export interface StartOptions {
  /** It and its forks are killed after that long, even when whoever started it is gone. */
  readonly limitSeconds: number;
  readonly cgroup?: CpuCgroup;
  /** Root, when left out. */
  readonly user?: BenchUser | undefined;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A file's descriptor for its output, which is dropped otherwise. */
  readonly output?: number;
}

export interface StartedProcess {
  /** Of the command itself, not of what limits its time. */
  readonly pid: number;
  /** Its exit status, 128 where a signal ended it. */
  readonly exited: Promise<number>;
  isRunning(): boolean;
  /** Signals it unless it has ended. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts a command inside a cgroup, as a user, for a limited time. */
export async function startProcess(
  command: readonly string[],
  { limitSeconds, cgroup, user, cwd = '/', env = process.env, output }: StartOptions,
): Promise<StartedProcess> {
  const limit = [`--kill-after=${KILL_AFTER_SECONDS}`, String(limitSeconds)];
  const asUser = user
    ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.name}`, '--clear-groups', '--']
    : [];
  const entering = ['sh', '-c', ENTER, 'sh', cgroup?.procsFile ?? '', ...asUser, ...command];
  const child = spawn('timeout', [...limit, ...entering], {
    stdio: ['ignore', output ?? 'ignore', output ?? 'ignore', 'pipe'],
    cwd,
    env,
  });
  const pid = await readPid(child);
  let isRunning = true;
  const exited = once(child, 'exit').then(([code]: unknown[]) => {
    isRunning = false;
    return typeof code === 'number' ? code : 128;
  });
  return {
    pid,
    exited,
    isRunning: () => isRunning,
    kill: (signal) => {
      if (isRunning) killUnlessGone(pid, signal);
    },
  };
}

/** Waits until it has ended by itself. When `signal` aborts it gets a SIGTERM, and the wait fails after its end. */
export async function waitForExit(started: StartedProcess, signal: AbortSignal): Promise<number> {
  const stop = (): void => {
    started.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const exit = await started.exited;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  return exit;
}

function killUnlessGone(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function readPid(child: ChildProcess): Promise<number> {
  const [text] = (await once(child.stdio[3] as Readable, 'data')) as [Buffer];
  return Number(text.toString());
}
