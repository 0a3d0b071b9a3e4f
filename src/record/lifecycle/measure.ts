import { isZombie, type Sample } from '../ps/sample.js';
import { cpuInterval, hasFallen, reapedInterval } from './estimate.js';
import { intersection, type Interval, middleMs } from './interval.js';
import type { Lifecycle, Reaped } from './lifecycle.js';
import { narrowStart, startInterval } from './start.js';
import type { Tick } from './tick.js';

/** A process younger than this has a rate that says little. */
const MIN_AGE_FOR_RATE_MS = 100;

/** What the first sample of a process tells of its times. */
export type FirstMeasure = Pick<Lifecycle, 'start' | 'narrowStart' | 'cpu' | 'rate'> & {
  reaped: Interval;
};

/** Whether the sample is of this very process: the pid alone may have been given to another since. */
export function isSameProcess(lifecycle: Lifecycle, sample: Sample): boolean {
  if (intersection(lifecycle.start, startInterval(sample)) === undefined) return false;
  if (lifecycle.condition === 'zombie') return isZombie(sample);
  return !hasFallen(sample, lifecycle.cpu);
}

export function measureFirst(sample: Sample): FirstMeasure {
  const start = startInterval(sample);
  const narrow = narrowStart(start, sample);
  const shown = cpuInterval(sample, narrow);
  const reaped = reapedInterval(sample, narrow, shown);
  const cpu = cpuInterval(sample, narrow, undefined, childrenMs(reaped));
  const readBootMs = (sample.taken.takenFromBootMs + sample.taken.takenToBootMs) / 2;
  const ageMs = Math.max(readBootMs - middleMs(narrow), MIN_AGE_FOR_RATE_MS);
  return {
    start,
    narrowStart: narrow,
    cpu,
    rate: cpu.bestMs / ageMs,
    reaped,
  };
}

/** What a process's ended children have probably used: nothing unless some have for certain. */
function childrenMs(reaped: Interval, accountedMs = Infinity): number {
  return reaped.lowMs > 0 ? Math.min(accountedMs, middleMs(reaped)) : 0;
}

/** What one more sample tells of a process, without charging any of it. */
export function measure(lifecycle: Lifecycle, sample: Sample, tick: Tick): Lifecycle {
  const start = intersection(lifecycle.start, startInterval(sample)) ?? lifecycle.start;
  const known = intersection(lifecycle.narrowStart, start) ?? start;
  const narrow = narrowStart(known, sample);
  const cpu = cpuInterval(
    sample,
    narrow,
    lifecycle.cpu,
    childrenMs(lifecycle.reaped, lifecycle.accountedMs),
  );
  const reaped: Reaped = {
    ...reapedInterval(sample, narrow, cpu, lifecycle.reaped),
    fromBootMs: lifecycle.sampledBootMs,
    toBootMs: tick.bootMs,
    estimated: tick.afterGap,
  };
  const hasMoved = cpu.lowMs > lifecycle.cpu.lowMs || reaped.lowMs > lifecycle.reaped.lowMs;
  const grownMs = Math.max(0, cpu.bestMs - lifecycle.cpu.bestMs);
  return {
    ...lifecycle,
    ppid: sample.ppid,
    start,
    narrowStart: narrow,
    cpu,
    rate: grownMs / Math.max(tick.bootMs - lifecycle.sampledBootMs, 1),
    reaped,
    reapedBefore: lifecycle.reaped,
    quietTicks: lifecycle.quietTicks + 1,
    sampledTwice: true,
    sampledBootMs: tick.bootMs,
    movedBootMs: hasMoved ? tick.bootMs : lifecycle.movedBootMs,
  };
}
