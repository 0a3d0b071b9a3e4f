import { execFile } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COLUMN_SETS } from '../../src/record/ps/parse.js';
import { type CpuCgroup, createCgroup } from '../shared/cgroup.js';
import type { Cleanup } from '../shared/cleanup.js';
import { startProcess } from '../shared/start-process.js';
import { FOLLOWED_PROGRAM, type Population } from './populate.js';

const run = promisify(execFile);

const EVERY_SECOND = fileURLToPath(new URL('every-second.pl', import.meta.url));

/** Everything that is started ends after so long at the latest. */
export const LIMIT_SECONDS = 600;

/** Another program that samples each second, and prints how often it has. */
export interface Tool {
  readonly name: string;
  command(population: Population): readonly string[];
  countSamples(output: string): number;
}

/** What psusage starts for each sample, and nothing else. */
export const PS_ALONE: Tool = {
  name: 'ps -q',
  command: ({ followed }) => {
    const which = followed === 'everything' ? ['-e'] : ['-q', followed.join(',')];
    return ['perl', EVERY_SECOND, 'ps', ...(COLUMN_SETS[0]?.args ?? []), ...which];
  },
  countSamples: (dots) => dots.length,
};

export const PIDSTAT: Tool = {
  name: 'pidstat',
  command: () => ['pidstat', '-u', '1'],
  countSamples: (output) => output.split('%CPU').length - 1,
};

/** The older tool's: it asks for processes of a name, and knows no others. */
export const OLDER_PIPELINE: Tool = {
  name: 'ps $(pgrep)',
  command: () => {
    const pipeline = `ps -o pid=,times=,user= $(pgrep ${FOLLOWED_PROGRAM})`;
    return ['perl', EVERY_SECOND, 'bash', '-c', pipeline];
  },
  countSamples: (dots) => dots.length,
};

/** In the order of tables. */
export const TOOLS: readonly Tool[] = [PS_ALONE, PIDSTAT, OLDER_PIPELINE];

/** Tells the CPU time in ms a sample, since it began to count. */
export type Meter = () => Promise<number>;

/** @param countSamples how many were taken so far: on a busy machine some may be left out */
export async function startMeter(
  cgroup: CpuCgroup,
  countSamples: () => Promise<number>,
): Promise<Meter> {
  const [cpuMs, samples] = [await cgroup.cpuMs(), await countSamples()];
  return async () => ((await cgroup.cpuMs()) - cpuMs) / ((await countSamples()) - samples);
}

/** A tool that runs; its start is over when the meter begins. */
export interface StartedTool {
  startMeter(): Promise<Meter>;
  stop(): Promise<void>;
}

export async function startTool(
  tool: Tool,
  population: Population,
  folder: string,
  cleanup: Cleanup,
): Promise<StartedTool> {
  const [program = '', ...args] = tool.command(population);
  const cgroup = await createCgroup(program, cleanup);
  const file = join(folder, tool.name.replaceAll(/\W/g, ''));
  const env = { ...process.env, LC_ALL: 'C', S_COLORS: 'never' };
  const options = { cgroup, limitSeconds: LIMIT_SECONDS, env, output: openSync(file, 'a') };
  const started = await startProcess([program, ...args], options);
  const stop = async (): Promise<void> => {
    started.kill('SIGTERM');
    await started.exited;
  };
  cleanup.defer(stop);
  const countSamples = async () => tool.countSamples(await readFile(file, 'utf8'));
  return { stop, startMeter: () => startMeter(cgroup, countSamples) };
}

/** Whether what it runs is installed. */
export async function isInstalled(command: string): Promise<boolean> {
  return run('sh', ['-c', 'command -v "$1"', 'sh', command]).then(
    () => true,
    () => false,
  );
}
