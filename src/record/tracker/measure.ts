import { isZombie, type Sample } from '../ps/sample.js';
import { type EndedChildren, isCoarse } from './coarse.js';
import {
  bestShownMs,
  cpuInterval,
  hasFallen,
  type KnownBefore,
  reapedInterval,
} from './estimate.js';
import { intersection, type Interval, middleMs } from './interval.js';
import type { Lifecycle, Reaped } from './lifecycle.js';
import { INIT_PID } from './reapers.js';
import { narrowStart, startInterval } from './start.js';
import type { Tick } from './tick.js';

/** The rate of a younger process tells little. */
const MIN_AGE_FOR_RATE_MS = 100;

/** What a process has reaped before it was followed is not held against any child. */
const ALL_ON_RECORD: EndedChildren = { accountedMs: Infinity, areSettled: true };

/** What the first sample of a process tells of its times. */
export type FirstMeasure = Pick<Lifecycle, 'start' | 'narrowStart' | 'cpu' | 'rate'> & {
  reaped: Interval;
};

/**
 * Whether the sample is of this very process: the pid alone may have been given to another since. Where ps can't know
 * its age, it is another one too when it has another parent while its own still lives.
 *
 * @param samples of the same snapshot
 */
export function isSameProcess(
  lifecycle: Lifecycle,
  sample: Sample,
  samples: ReadonlyMap<number, Sample>,
): boolean {
  // A process that loses its parent becomes a child of pid 1, maybe while ps runs, or is taken for one until a sample tells.
  const hasOtherParent =
    ![lifecycle.ppid, INIT_PID].includes(sample.ppid) && lifecycle.ppid !== INIT_PID;
  if (sample.etimes === null && hasOtherParent && isAlive(samples.get(lifecycle.ppid)))
    return false;
  if (intersection(lifecycle.start, startInterval(sample)) === undefined) return false;
  if (lifecycle.condition === 'zombie') return isZombie(sample);
  return !hasFallen(sample, lifecycle.cpu);
}

/** Shown, and not even a zombie. */
function isAlive(sample: Sample | undefined): boolean {
  return sample !== undefined && !isZombie(sample);
}

export function measureFirst(sample: Sample): FirstMeasure {
  const start = startInterval(sample);
  const narrow = narrowStart(start, sample);
  const shown = cpuInterval(sample, narrow);
  const reaped = reapedInterval(sample, narrow, shown);
  const cpu = cpuInterval(sample, narrow, undefined, ALL_ON_RECORD, reaped);
  const readBootMs = (sample.taken.takenFromBootMs + sample.taken.takenToBootMs) / 2;
  const ageMs = Math.max(readBootMs - middleMs(narrow), MIN_AGE_FOR_RATE_MS);
  return {
    start,
    narrowStart: narrow,
    cpu,
    rate: plausibleRate(cpu.bestMs / ageMs, sample),
    reaped,
  };
}

/** What is in doubt makes CPU time jump, but a thread keeps one CPU busy at the most. */
function plausibleRate(rate: number, sample: Sample): number {
  return isCoarse(sample) ? Math.min(rate, Math.max(sample.nlwp, 1)) : rate;
}

/** The CPU time that was known, and what it would have become at the rate of the whole life. */
function knownBefore({ cpu, narrowStart, sampledBootMs }: Lifecycle, bootMs: number): KnownBefore {
  const ageMs = sampledBootMs - middleMs(narrowStart);
  const part = (bootMs - sampledBootMs) / Math.max(ageMs, MIN_AGE_FOR_RATE_MS);
  const goneOnMs = Math.round(bestShownMs(cpu) * (1 + part));
  return { lowMs: cpu.lowMs, highMs: cpu.highMs, goneOnMs };
}

/** The lifecycle with the measures of one more sample; charges nothing. */
export function measure(lifecycle: Lifecycle, sample: Sample, tick: Tick): Lifecycle {
  const start = intersection(lifecycle.start, startInterval(sample)) ?? lifecycle.start;
  const known = intersection(lifecycle.narrowStart, start) ?? start;
  const narrow = narrowStart(known, sample);
  const before = knownBefore(lifecycle, tick.bootMs);
  const children: EndedChildren = {
    accountedMs: lifecycle.accountedMs,
    areSettled: !isCoarse(sample) || tick.areChildrenSettled(lifecycle),
  };
  const cpu = cpuInterval(sample, narrow, before, children, lifecycle.reaped);
  const { lowMs, highMs } = reapedInterval(sample, narrow, cpu, lifecycle.reaped);
  const reaped: Reaped = {
    lowMs,
    highMs,
    fromBootMs: lifecycle.sampledBootMs,
    toBootMs: tick.bootMs,
    estimated: tick.afterGap,
  };
  const hasMoved = cpu.lowMs > lifecycle.cpu.lowMs || reaped.lowMs > lifecycle.reaped.lowMs;
  const grownMs = Math.max(0, cpu.bestMs - lifecycle.cpu.bestMs);
  // No spread: overwriting fields of one is slow, and this is made for each process each second.
  return {
    processId: lifecycle.processId,
    pid: lifecycle.pid,
    ppid: sample.ppid,
    isKernelThread: sample.isKernelThread,
    start,
    narrowStart: narrow,
    startedMs: lifecycle.startedMs,
    condition: lifecycle.condition,
    account: lifecycle.account,
    sampledTwice: true,
    cpu,
    rate: plausibleRate(grownMs / Math.max(tick.bootMs - lifecycle.sampledBootMs, 1), sample),
    reaped,
    reapedBefore: lifecycle.reaped,
    accountedMs: lifecycle.accountedMs,
    guessedMs: lifecycle.guessedMs,
    unresolved: lifecycle.unresolved,
    quietTicks: lifecycle.quietTicks + 1,
    priorCpuMs: lifecycle.priorCpuMs,
    chargedMs: lifecycle.chargedMs,
    sampledBootMs: tick.bootMs,
    movedBootMs: hasMoved ? tick.bootMs : lifecycle.movedBootMs,
    splits: lifecycle.splits,
    slice: lifecycle.slice,
    unseenSlice: lifecycle.unseenSlice,
  };
}
