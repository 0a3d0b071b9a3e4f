import { isZombie, type Sample, type Snapshot } from '../ps/sample.js';
import { type CpuTime, cpuInterval, hasFallen } from './estimate.js';
import { intersection, type Interval, middleMs } from './interval.js';
import { narrowStart, startInterval } from './start.js';
import type { Tick } from './tick.js';

export interface PriorCpu {
  cpuMs: number;
  /** It was not there at the last sample. */
  born: boolean;
  /** Boot time from which on the process is charged. */
  chargedFromBootMs: number;
}

/** What a process had used before psusage could know of it: nothing if it was born since the last sample. */
export function priorCpu(sample: Sample, start: Interval, cpu: CpuTime, tick: Tick): PriorCpu {
  const lastBootMs = tick.lastBootMs ?? tick.bootMs;
  const born = {
    cpuMs: 0,
    born: true,
    chargedFromBootMs: Math.max(Math.min(middleMs(start), tick.bootMs), lastBootMs),
  };
  if (tick.lastSnapshot === undefined) {
    const mayBeBorn = tick.sameSelection ? start.highMs : start.lowMs;
    return tick.lastBootMs !== undefined && mayBeBorn >= tick.lastBootMs
      ? born
      : { cpuMs: cpu.bestMs, born: false, chargedFromBootMs: tick.bootMs };
  }
  const earlierMs = cpuAtLastSnapshot(sample, start, tick.lastSnapshot);
  if (earlierMs === undefined) return born;
  return { cpuMs: earlierMs, born: false, chargedFromBootMs: lastBootMs };
}

/** The process may have been there at the last sample, but of no interest then; undefined if it was not there. */
export function cpuAtLastSnapshot(
  sample: Sample,
  start: Interval,
  last: Snapshot,
): number | undefined {
  const earlier = last.samples.get(sample.pid);
  if (earlier === undefined || (isZombie(earlier) && !isZombie(sample))) return undefined;
  const earlierStart = startInterval(earlier);
  const cpu = cpuInterval(earlier, narrowStart(earlierStart, earlier));
  const isSame = intersection(earlierStart, start) !== undefined && !hasFallen(sample, cpu);
  return isSame ? cpu.bestMs : undefined;
}
