import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { CpuCgroup } from '../truth/cgroup.js';
import type { BenchUser } from './users.js';

/** Tells its pid, enters the cgroups whose files come before `--`, and becomes what comes after. */
const ENTER =
  'echo $$ >&3; exec 3>&-; while [ "$1" != -- ]; do echo $$ >"$1" || exit 125; shift; done; shift; exec "$@"';

/** After the time limit's SIGTERM, how long until its SIGKILL. */
const KILL_AFTER_SECONDS = 5;

export interface StartOptions {
  /** It and its forks are killed after that long, even when whoever started it is gone. */
  readonly limitSeconds: number;
  readonly cgroups?: readonly CpuCgroup[];
  /** Root, when left out. */
  readonly user?: BenchUser;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A file's descriptor for its output, which is dropped otherwise. */
  readonly output?: number;
}

export interface StartedProcess {
  /** Of the command itself, not of what limits its time. */
  readonly pid: number;
  /** Its exit status, or 128 + the signal that ended it. */
  readonly exited: Promise<number>;
  isRunning(): boolean;
  /** Signals it unless it has ended. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts a command inside cgroups, as a user, for a limited time. */
export async function startProcess(
  command: readonly string[],
  options: StartOptions,
): Promise<StartedProcess> {
  const { output = 'ignore' } = options;
  const limit = [`--kill-after=${KILL_AFTER_SECONDS}`, String(options.limitSeconds)];
  const child = spawn('timeout', [...limit, ...enteringShell(command, options)], {
    stdio: ['ignore', output, output, 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const pid = await readPid(child);
  let running = true;
  const exited = once(child, 'exit').then(([code]: unknown[]) => {
    running = false;
    return typeof code === 'number' ? code : 128;
  });
  return {
    pid,
    exited,
    isRunning: () => running,
    kill: (signal) => {
      if (running) signalUnlessGone(pid, signal);
    },
  };
}

/**
 * Waits until all have ended by themselves, and tells their exits. When `signal` aborts they get a
 * SIGTERM, and the wait fails after their end.
 */
export async function untilExit(
  started: readonly StartedProcess[],
  signal: AbortSignal,
): Promise<number[]> {
  const stop = (): void => {
    for (const each of started) each.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const exits = await Promise.all(started.map(({ exited }) => exited));
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  return exits;
}

function signalUnlessGone(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The command line of a shell that tells its pid on descriptor 3 and becomes the command. */
export function enteringShell(
  command: readonly string[],
  { cgroups = [], user }: Pick<StartOptions, 'cgroups' | 'user'>,
): string[] {
  const asUser = user
    ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.name}`, '--clear-groups', '--']
    : [];
  const files = cgroups.map(({ procsFile }) => procsFile);
  return ['sh', '-c', ENTER, 'sh', ...files, '--', ...asUser, ...command];
}

async function readPid(child: ChildProcess): Promise<number> {
  const pipe = child.stdio[3] as Readable;
  const [text] = (await once(pipe, 'data')) as [Buffer];
  return Number(text.toString());
}
