import { isZombie, type Sample } from '../ps/sample.js';
import { type CpuTime, hasFallen } from './estimate.js';
import { intersection, type Interval, middleMs } from './interval.js';
import { measureFirst } from './measure.js';
import { isStartKnown } from './start.js';
import type { Tick } from './tick.js';
import { lastUntracked, type UntrackedProcesses } from './untracked.js';

export interface PriorCpu {
  cpuMs: number;
  /** It did not exist at the last sample. */
  born: boolean;
  /** Boot time from which on the process is charged. */
  chargedFromBootMs: number;
}

/** What a process had used before psusage could know of it: nothing if it was born since the last sample. */
export function priorCpu(sample: Sample, start: Interval, cpu: CpuTime, tick: Tick): PriorCpu {
  const notSeenSinceBootMs = tick.untracked?.wholeBootMs ?? tick.lastBootMs ?? tick.bootMs;
  const born = {
    cpuMs: 0,
    born: true,
    chargedFromBootMs: isStartKnown(start)
      ? Math.max(Math.min(middleMs(start), tick.bootMs), notSeenSinceBootMs)
      : (tick.lastBootMs ?? tick.bootMs),
  };
  if (tick.untracked === undefined) {
    const mayBeBorn = tick.sameSelection ? start.highMs : start.lowMs;
    return tick.lastBootMs !== undefined && mayBeBorn >= tick.lastBootMs
      ? born
      : { cpuMs: cpu.bestMs, born: false, chargedFromBootMs: tick.bootMs };
  }
  const earlier = earlierCpu(sample, start, tick.untracked);
  if (earlier === undefined) return born;
  return { cpuMs: earlier.cpuMs, born: false, chargedFromBootMs: earlier.bootMs };
}

/** What the process had used when it was sampled but not followed; undefined if it did not exist then. */
export function earlierCpu(
  sample: Sample,
  start: Interval,
  untracked: UntrackedProcesses,
): { cpuMs: number; bootMs: number } | undefined {
  const earlier = lastUntracked(untracked, sample.pid);
  if (earlier === undefined || (isZombie(earlier) && !isZombie(sample))) return undefined;
  const { start: earlierStart, cpu } = measureFirst(earlier);
  const isSame = intersection(earlierStart, start) !== undefined && !hasFallen(sample, cpu);
  return isSame ? { cpuMs: cpu.bestMs, bootMs: earlier.taken.takenFromBootMs } : undefined;
}
