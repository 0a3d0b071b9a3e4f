import { execFile } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startProcess } from '../loads/start-process.js';
import type { CpuCgroup } from '../truth/cgroup.js';
import { startExporter } from './exporter.js';
import { FOLLOWED_PROGRAM } from './populate.js';

const run = promisify(execFile);

const OLDER_TOOL = fileURLToPath(new URL('older-tool.pl', import.meta.url));
const PIPELINE = `ps -o pid=,times=,user= $(pgrep ${FOLLOWED_PROGRAM}) >/dev/null`;

/** Where a tool runs and for how long at most. */
export interface ToolPlace {
  readonly folder: string;
  readonly cgroup: CpuCgroup;
  readonly limitSeconds: number;
}

export interface StartedTool {
  /** Samples that it took so far: on a busy machine it may leave some out. */
  readonly ticks: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Another program that samples each second. */
export interface Tool {
  readonly name: string;
  /** What has to be installed. */
  readonly command: string;
  /** Starts it in the cgroup. */
  start(place: ToolPlace): Promise<StartedTool>;
}

/** Asks for the processes of a name. All others ask for every process. */
export const OLDER_PIPELINE: Tool = {
  name: 'ps $(pgrep)',
  command: 'perl',
  start: (place) =>
    startPrinting(['perl', OLDER_TOOL, PIPELINE], place, 'pipeline', (text) => text.length),
};

export const PIDSTAT: Tool = {
  name: 'pidstat',
  command: 'pidstat',
  start: (place) => {
    const headings = (text: string): number => text.split('%CPU').length - 1;
    return startPrinting(['pidstat', '-u', '1'], place, 'pidstat', headings);
  },
};

/** Without process accounting, of which there is one a machine. */
export const ATOP: Tool = {
  name: 'atop',
  command: 'atop',
  start: async (place) => {
    const file = join(place.folder, 'atop.raw');
    const stop = await startTool(['env', 'ATOPACCT=', 'atop', '-w', file, '1'], place);
    const ticks = async (): Promise<number> => {
      const { stdout } = await run('atop', ['-r', file, '-P', 'CPU']);
      return stdout.split('SEP').length - 1;
    };
    return { stop, ticks };
  },
};

/** Asked for its figures each second. */
export const EXPORTER: Tool = {
  name: 'process-exporter',
  command: 'prometheus-process-exporter',
  start: startExporter,
};

export async function isInstalled({ command }: Tool): Promise<boolean> {
  return run('sh', ['-c', 'command -v "$1"', 'sh', command]).then(
    () => true,
    () => false,
  );
}

/** All of them, in the order of tables. */
export const TOOLS: readonly Tool[] = [PIDSTAT, OLDER_PIPELINE, ATOP, EXPORTER];

/** Commands of tools that can't be measured on this machine. */
export async function notInstalled(): Promise<string[]> {
  const missing: string[] = [];
  for (const tool of TOOLS) {
    if (!(await isInstalled(tool))) missing.push(tool.command);
  }
  return missing;
}

/** Starts a command that samples until it gets a SIGTERM; what is returned stops it. */
export async function startTool(
  command: readonly string[],
  { cgroup, limitSeconds }: ToolPlace,
  output?: number,
): Promise<() => Promise<void>> {
  const started = await startProcess(command, {
    cgroups: [cgroup],
    limitSeconds,
    ...(output === undefined ? {} : { output }),
  });
  return async () => {
    started.kill('SIGTERM');
    await started.exited;
  };
}

/** Starts one whose output, in a file, tells how often it has sampled. */
async function startPrinting(
  command: readonly string[],
  place: ToolPlace,
  name: string,
  ticksOf: (text: string) => number,
): Promise<StartedTool> {
  const file = join(place.folder, name);
  const env = ['env', 'LC_ALL=C', 'S_COLORS=never'];
  const stop = await startTool([...env, ...command], place, openSync(file, 'a'));
  return { stop, ticks: async () => ticksOf(await readFile(file, 'utf8')) };
}
