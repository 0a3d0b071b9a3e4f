import { openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI } from '../../test/cli.js';
import { type CpuCgroup, createCgroup } from './cgroup.js';
import type { Cleanup } from './cleanup.js';
import { countNotOver } from './journal.js';
import { startProcess, type StartedProcess } from './start-process.js';

/** The machine's own config file is of no concern to a bench. */
export const NO_CONFIG = ['--config', '/dev/null'] as const;

/** Node, the database and the first ps are up by then. */
const START_MS = 3_000;

/** Longer than a recorder takes from SIGTERM to its end. */
const STOP_LIMIT_MS = 20_000;

/** The recorder sees an end within a tick and settles it within ten seconds. */
const SETTLE_LIMIT_MS = 15_000;

const LOG_TAIL_LINES = 20;

export interface RecorderOptions {
  /** Everything, where there are none. */
  readonly programs: readonly string[];
  /** Its log is beside it. */
  readonly journal: string;
  readonly limitSeconds: number;
  /** A folder with another ps than the machine's. */
  readonly psFolder?: string | undefined;
}

/** A `kill -9` in the middle, and the time without a recorder after it. */
export interface Crash {
  readonly afterSeconds: number;
  readonly restartAfterSeconds: number;
}

/** A recorder that runs from the build in `dist`, in a cgroup of its own. */
export interface Recording {
  readonly journal: string;
  /** Counts what recording costs, ps included. */
  readonly cgroup: CpuCgroup;
  readonly pid: number;
  /** Kills the recorder and starts it again. */
  crash(crash: Crash): Promise<void>;
  /** Waits until everything in the journal is over, for a quarter of a minute at most. */
  settle(): Promise<void>;
  /** Stops it, and tells its CPU time ÷ its time in per cent. */
  stop(): Promise<number>;
}

/** Starts a recorder and waits until it records. */
export async function startRecording(
  options: RecorderOptions,
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<Recording> {
  const { journal } = options;
  const cgroup = await createCgroup('recorder', cleanup);
  const fromMs = performance.now();
  let recorder = await start(options, cgroup);
  cleanup.defer(() => {
    recorder.kill('SIGKILL');
    return recorder.exited;
  });
  await sleep(START_MS, undefined, { signal });
  return {
    journal,
    cgroup,
    pid: recorder.pid,
    crash: async ({ afterSeconds, restartAfterSeconds }) => {
      await sleep(afterSeconds * 1000, undefined, { signal });
      recorder.kill('SIGKILL');
      await recorder.exited;
      await sleep(restartAfterSeconds * 1000, undefined, { signal });
      recorder = await start(options, cgroup);
    },
    settle: async () => {
      const deadlineMs = performance.now() + SETTLE_LIMIT_MS;
      while (countNotOver(journal) > 0 && performance.now() < deadlineMs) {
        await sleep(250, undefined, { signal });
      }
    },
    stop: async () => {
      await stop(recorder, journal);
      return (100 * (await cgroup.cpuMs())) / (performance.now() - fromMs);
    },
  };
}

function start(options: RecorderOptions, cgroup: CpuCgroup): Promise<StartedProcess> {
  const { programs, journal, limitSeconds, psFolder } = options;
  const path = [...(psFolder === undefined ? [] : [psFolder]), process.env['PATH']].join(':');
  const args = ['record', ...programs, '--journal', journal, ...NO_CONFIG];
  return startProcess([process.execPath, CLI, ...args], {
    ...{ cgroup, limitSeconds, output: openSync(`${journal}.log`, 'a') },
    env: { ...process.env, PATH: path },
  });
}

/** @throws with the end of its log when it had ended before, or fails */
async function stop(recorder: StartedProcess, journal: string): Promise<void> {
  const hasEnded = !recorder.isRunning();
  recorder.kill('SIGTERM');
  const hung = setTimeout(() => {
    recorder.kill('SIGKILL');
  }, STOP_LIMIT_MS);
  const exit = await recorder.exited;
  clearTimeout(hung);
  if (exit === 0 && !hasEnded) return;
  const lines = readFileSync(`${journal}.log`, 'utf8').trimEnd().split('\n');
  throw new Error(`the recorder failed:\n${lines.slice(-LOG_TAIL_LINES).join('\n')}`);
}
