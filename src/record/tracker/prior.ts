import { isZombie, type Sample } from '../ps/sample.js';
import { type CpuTime, hasFallen } from './estimate.js';
import { intersection, type Interval, middleMs } from './interval.js';
import { measureFirst } from './measure.js';
import { lastSeen, type Seen } from './seen.js';
import { isStartKnown } from './start.js';
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
  const unseenSinceBootMs = tick.seen?.wholeBootMs ?? tick.lastBootMs ?? tick.bootMs;
  const born = {
    cpuMs: 0,
    born: true,
    chargedFromBootMs: isStartKnown(start)
      ? Math.max(Math.min(middleMs(start), tick.bootMs), unseenSinceBootMs)
      : (tick.lastBootMs ?? tick.bootMs),
  };
  if (tick.seen === undefined) {
    const mayBeBorn = tick.sameSelection ? start.highMs : start.lowMs;
    return tick.lastBootMs !== undefined && mayBeBorn >= tick.lastBootMs
      ? born
      : { cpuMs: cpu.bestMs, born: false, chargedFromBootMs: tick.bootMs };
  }
  const earlier = earlierCpu(sample, start, tick.seen);
  if (earlier === undefined) return born;
  return { cpuMs: earlier.cpuMs, born: false, chargedFromBootMs: earlier.bootMs };
}

/** The process may have been seen before, but of no interest then; undefined if it was not there. */
export function earlierCpu(
  sample: Sample,
  start: Interval,
  seen: Seen,
): { cpuMs: number; bootMs: number } | undefined {
  const earlier = lastSeen(seen, sample.pid);
  if (earlier === undefined || (isZombie(earlier) && !isZombie(sample))) return undefined;
  const { start: earlierStart, cpu } = measureFirst(earlier);
  const isSame = intersection(earlierStart, start) !== undefined && !hasFallen(sample, cpu);
  return isSame ? { cpuMs: cpu.bestMs, bootMs: earlier.taken.takenFromBootMs } : undefined;
}
