import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_PIDS_PER_RUN } from '../../src/record/ps/query.js';
import type { Cleanup } from '../shared/cleanup.js';
import { countGaps } from '../shared/journal.js';
import { startRecording } from '../shared/recorder.js';
import { makeRunFolder, type Stage } from '../shared/stage.js';
import { FOLLOWED_PROGRAM, type Host, populate } from './populate.js';
import { isInstalled, LIMIT_SECONDS, OLDER_PIPELINE, PIDSTAT, PS_ALONE } from './tools.js';
import { startMeter, startTool, type Tool } from './tools.js';

/** Left out of a tool's cost. */
const START_SECONDS = 5;

/**
 * Left out of psusage's, which runs for months: until node has compiled what it runs each second, and until it
 * is known who is idle.
 */
const WARM_UP_SECONDS = { full: 90, quick: 10 };

/** For how long pidstat and the older tool are measured, one after the other. */
const BESIDE_SECONDS = { full: 60, quick: 10 };

/** What each tool costs on a host, in ms of CPU time a sample. */
export interface HostCost {
  readonly host: Host;
  /** In truth, before any tool was started. */
  readonly processes: number;
  readonly psusageMs: number;
  /** The recorder's part of it; the rest is its shell and ps. */
  readonly recorderMs: number;
  /** By name; a tool that is not installed or does not do the same is left out. */
  readonly others: ReadonlyMap<string, number>;
  /** Processes and threads that all of the machine started a second, those of the tools among them. */
  readonly forksPerSecond: number;
  readonly gaps: number;
}

/** Runs a host's processes with psusage and `ps -q` all the time, and the other tools in turns beside them. */
export async function measureHost(
  host: Host,
  stage: Stage,
  quick: boolean,
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<HostCost> {
  const length = quick ? 'quick' : 'full';
  const pause = (seconds: number) => sleep(Math.max(0, seconds) * 1000, undefined, { signal });
  const folder = await makeRunFolder(stage, 'tick');
  const journal = join(folder, 'tick.db');
  const population = await populate(host, { ...stage, folder }, LIMIT_SECONDS, cleanup);
  const programs = host.followed === 'everything' ? [] : [FOLLOWED_PROGRAM];
  const recorder = { programs, journal, limitSeconds: LIMIT_SECONDS };
  const recording = await startRecording(recorder, cleanup, signal);
  const alone = await startTool(PS_ALONE, population, folder, cleanup);
  await pause(WARM_UP_SECONDS[length]);
  const fromMs = performance.now();
  const secondsGoneBy = (): number => (performance.now() - fromMs) / 1000;
  // One sample a second; what the recorder misses is a gap.
  const psusage = await startMeter(recording.cgroup, () => Promise.resolve(secondsGoneBy()));
  const psAlone = await alone.startMeter();
  const [recorderFromMs, forksFrom] = [await readCpuMs(recording.pid), await readForks()];
  const others = new Map<string, number>();
  for (const tool of toolsBeside(host)) {
    if (!(await isInstalled(tool.command(population)[0] ?? ''))) continue;
    const started = await startTool(tool, population, folder, cleanup);
    await pause(START_SECONDS);
    const meter = await started.startMeter();
    await pause(BESIDE_SECONDS[length]);
    others.set(tool.name, await meter());
    await started.stop();
  }
  if (!quick) await pause(host.seconds - secondsGoneBy());
  if (isOneList(host)) others.set(PS_ALONE.name, await psAlone());
  const cost = {
    host,
    processes: population.processes,
    psusageMs: await psusage(),
    recorderMs: ((await readCpuMs(recording.pid)) - recorderFromMs) / secondsGoneBy(),
    others,
    forksPerSecond: ((await readForks()) - forksFrom) / secondsGoneBy(),
    gaps: countGaps(journal),
  };
  await alone.stop();
  await recording.stop();
  await population.stop();
  return cost;
}

/** ps takes no longer list; psusage runs it again for the rest. */
function isOneList({ followed }: Host): boolean {
  return followed === 'everything' || followed <= MAX_PIDS_PER_RUN;
}

/** The older tool knows nothing but processes of a name. */
function toolsBeside({ followed }: Host): Tool[] {
  return followed === 'everything' ? [PIDSTAT] : [PIDSTAT, OLDER_PIPELINE];
}

/** CPU time of a living process: what its threads have run, to the nanosecond, as of the last tick of each. */
async function readCpuMs(pid: number): Promise<number> {
  let sumMs = 0;
  for (const tid of await readdir(`/proc/${pid}/task`)) {
    const schedstat = await readFile(`/proc/${pid}/task/${tid}/schedstat`, 'utf8');
    sumMs += Number(schedstat.split(' ')[0]) / 1e6;
  }
  return sumMs;
}

/** How many processes and threads the kernel has started since the boot. */
async function readForks(): Promise<number> {
  return Number(/^processes (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1]);
}
