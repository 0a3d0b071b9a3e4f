import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cleanup } from '../experiment/cleanup.js';
import { keepRecording } from '../experiment/keep-recording.js';
import { folderForRun, type Stage } from '../experiment/stage.js';
import { type RecordedGap, recordedGaps } from '../psusage/journal.js';
import { createCpuCgroup, type CpuCgroup } from '../truth/cgroup.js';
import { readForks } from './forks.js';
import type { Host } from './hosts.js';
import { type Cost, Meter, watch } from './meter.js';
import { findParts, type PartsCpu, partsPerSecond, readParts } from './parts.js';
import { FOLLOWED_PROGRAM, populate } from './populate.js';
import { ATOP, EXPORTER, isInstalled, OLDER_PIPELINE, PIDSTAT, type Tool } from './tools.js';

/** Left out of a tool's cost. */
const START_SECONDS = 5;

/**
 * Left out of psusage's, which runs for months: until node has compiled what it runs each second, and until it
 * is known who is idle.
 */
const WARM_UP_SECONDS = { full: 90, quick: 10 };

/** For how long the other tools are measured, two at a time: that leaves CPU time for the rest. */
const BESIDE_SECONDS = { full: 60, quick: 10 };

/** Everything that is started ends after so long at the latest. */
const LIMIT_SECONDS = 600;

export interface MeasureOptions extends Stage {
  /** One short run, without all of a recorder's runs of ps for the whole host. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
}

/** What each tool costs on a host. */
export interface HostCost {
  readonly host: Host;
  /** In truth, before any tool was started. */
  readonly processes: number;
  /** Processes and threads that all of the machine started a second, those of the tools among them. */
  readonly forksPerSecond: number;
  readonly psusage: Cost;
  readonly gaps: readonly RecordedGap[];
  readonly parts: PartsCpu;
  /** By name; a tool that is not installed or does not do the same is left out. */
  readonly others: ReadonlyMap<string, Cost>;
}

interface Place extends MeasureOptions {
  readonly cleanup: Cleanup;
}

/** Runs a host's processes with psusage all the time, and the other tools in turns beside it. */
export async function measureHost(
  host: Host,
  options: MeasureOptions,
  cleanup: Cleanup,
): Promise<HostCost> {
  const { quick, signal } = options;
  const folder = await folderForRun(options, 'tick');
  const journal = join(folder, 'tick.db');
  const population = await populate(host, options, LIMIT_SECONDS, cleanup);
  const cgroup = await makeCgroup('psusage', cleanup);
  const recording = await keepRecording(
    {
      programs: host.followed === 'everything' ? [] : [FOLLOWED_PROGRAM],
      journal,
      log: join(folder, 'tick.log'),
      cgroup,
      limitSeconds: LIMIT_SECONDS,
    },
    cleanup,
    signal,
  );
  await sleep(WARM_UP_SECONDS[quick ? 'quick' : 'full'] * 1000, undefined, { signal });
  const psusage = new Meter(cgroup, secondsGoneBy);
  const parts = await findParts(cgroup);
  const [partsBefore, forksBefore] = [await readParts(parts, cgroup), await readForks()];
  const others = new Map<string, Cost>();
  for (const tools of toolsBeside(host)) {
    const costs = await measureTools(tools, psusage, { ...options, folder, cleanup });
    for (const [name, cost] of costs) others.set(name, cost);
  }
  if (!quick) await watch([psusage], Math.max(0, host.seconds - psusage.seconds), signal);
  const seconds = psusage.seconds;
  const cost = {
    host,
    processes: population.processes,
    forksPerSecond: ((await readForks()) - forksBefore) / seconds,
    psusage: psusage.cost,
    gaps: recordedGaps(journal),
    parts: partsPerSecond(partsBefore, await readParts(parts, cgroup), seconds),
    others,
  };
  await recording.stop();
  await population.stop();
  return cost;
}

/** The older tool knows nothing but processes of a name. */
function toolsBeside({ followed }: Host): Tool[][] {
  return [followed === 'everything' ? [PIDSTAT] : [PIDSTAT, OLDER_PIPELINE], [ATOP, EXPORTER]];
}

/** Measures those of the tools that are installed, side by side. */
async function measureTools(
  tools: readonly Tool[],
  psusage: Meter,
  { folder, quick, signal, cleanup }: Place,
): Promise<[string, Cost][]> {
  const started: { name: string; meter: Meter; stop: () => Promise<void> }[] = [];
  for (const tool of tools) {
    if (!(await isInstalled(tool))) continue;
    const cgroup = await makeCgroup(tool.command, cleanup);
    const { ticks, stop } = await tool.start({ folder, cgroup, limitSeconds: LIMIT_SECONDS });
    cleanup.defer(stop);
    started.push({ name: tool.name, meter: new Meter(cgroup, ticks), stop });
  }
  if (started.length === 0) return [];
  await watch([psusage], START_SECONDS, signal);
  const meters = started.map(({ meter }) => meter);
  await watch([psusage, ...meters], BESIDE_SECONDS[quick ? 'quick' : 'full'], signal);
  for (const { stop } of started) await stop();
  return started.map(({ name, meter }) => [name, meter.cost]);
}

/** The recorder's samples: one a second, and what it missed is a gap. */
export function secondsGoneBy(): Promise<number> {
  return Promise.resolve(performance.now() / 1000);
}

export async function makeCgroup(name: string, cleanup: Cleanup): Promise<CpuCgroup> {
  const cgroup = await createCpuCgroup(`psusage-bench-${name}`);
  cleanup.defer(() => cgroup.remove());
  return cgroup;
}
