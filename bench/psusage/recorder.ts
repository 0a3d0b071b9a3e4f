import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startProcess, type StartedProcess } from '../loads/start-process.js';
import type { CpuCgroup } from '../truth/cgroup.js';

/** The built command line of this checkout. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What the machine's own config file says is of no concern to an experiment. */
export const NO_CONFIG = ['--config', '/dev/null'] as const;

/** Longer than a recorder takes from SIGTERM to its end. */
const STOP_LIMIT_MS = 20_000;

const LOG_TAIL_LINES = 20;

export interface RecorderOptions {
  readonly programs: readonly string[];
  readonly journal: string;
  /** Takes what it prints, run after run. */
  readonly log: string;
  /** Counts what it costs, ps included. */
  readonly cgroup: CpuCgroup;
  readonly limitSeconds: number;
  /** A folder with another ps than the machine's. */
  readonly psFolder?: string | undefined;
}

/** How a recorder stopped on SIGTERM. */
export interface RecorderStop {
  readonly exit: number;
  readonly tookMs: number;
}

/** Starts `psusage record` from the build in `dist`. */
export function startRecorder(options: RecorderOptions): Promise<StartedProcess> {
  const { programs, journal, log, cgroup, limitSeconds, psFolder } = options;
  const path = [...(psFolder === undefined ? [] : [psFolder]), process.env['PATH']].join(':');
  const args = ['record', ...programs, '--journal', journal, ...NO_CONFIG];
  return startProcess([process.execPath, CLI, ...args], {
    cgroups: [cgroup],
    limitSeconds,
    env: { ...process.env, PATH: path },
    output: openSync(log, 'a'),
  });
}

/** @throws with the end of its log when it had ended before, or doesn't end */
export async function stopRecorder(recorder: StartedProcess, log: string): Promise<RecorderStop> {
  if (!recorder.isRunning()) {
    throw new Error(`the recorder ended early:\n${await tailOf(log)}`);
  }
  const fromMs = performance.now();
  recorder.kill('SIGTERM');
  const hung = setTimeout(() => {
    recorder.kill('SIGKILL');
  }, STOP_LIMIT_MS);
  const exit = await recorder.exited;
  clearTimeout(hung);
  return { exit, tookMs: performance.now() - fromMs };
}

async function tailOf(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  return lines.slice(-LOG_TAIL_LINES).join('\n');
}
