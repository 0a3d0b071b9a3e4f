import type { Sample, Taken } from '../ps/sample.js';
import {
  coarseLikelyMs,
  coarseOwn,
  coarseReaped,
  type EndedChildren,
  isCoarse,
  NO_CHILDREN,
} from './coarse.js';
import { intersection, type Interval, middleMs } from './interval.js';
import { type PercentRange, tenths, thousandths, TICK_MS, wholeSecond } from './ps-rounding.js';

/** What is cut off a process's user and its system time, on average, together. */
const CUT_OFF_MS = TICK_MS;

const NOTHING: Interval = { lowMs: 0, highMs: 0 };

/** CPU time as the kernel shows it lies in the interval for certain. */
export interface CpuTime extends Interval {
  /** The best single value, with what the kernel cuts off; may be beyond the interval by that. */
  readonly bestMs: number;
}

/** What was known of a process at its sample before. */
export interface KnownBefore extends Interval {
  /** What it would have used by now had it gone on as before. */
  readonly goneOnMs?: number;
}

/**
 * The process's own CPU time as the kernel shows it, in whole ticks: within `times` and the second
 * after, within `cuu` of the lifetime, no more than with its children, and never below what it was.
 * Without `cuu` it is what `coarseOwn` makes of it.
 */
export function cpuInterval(
  sample: Sample,
  start: Interval,
  previous?: KnownBefore,
  children: EndedChildren = NO_CHILDREN,
  reaped: Interval = NOTHING,
): CpuTime {
  const elapsed = elapsedInterval(sample.taken, start);
  if (isCoarse(sample)) {
    const shown = coarseOwn(sample, elapsed, previous, children);
    return cpuTime(shown, coarseLikelyMs(sample, shown, previous?.goneOnMs));
  }
  const own = ticksWithin(wholeSecond(sample.times), applyPercent(elapsed, ownRange(sample)));
  const total = totalInterval(sample, elapsed);
  const highMs = Math.max(Math.min(own.highMs, total.highMs), own.lowMs);
  const lowMs = Math.max(own.lowMs, previous?.lowMs ?? 0);
  const shown = { lowMs, highMs: Math.max(highMs, lowMs) };
  const isCapped = ownRange(sample).high === Infinity;
  // pcpu is not capped, but counts ended children too: what it shows beyond these is its own.
  return isCapped ? cpuTime(shown, middleMs(total) - childrenMs(reaped, children)) : cpuTime(shown);
}

/** What a process's ended children have probably used: nothing unless some have for certain. */
function childrenMs(reaped: Interval, { accountedMs }: EndedChildren): number {
  return reaped.lowMs > 0 ? Math.min(accountedMs, middleMs(reaped)) : 0;
}

/** The best value of what the kernel shows, without what it cuts off. */
export function bestShownMs({ bestMs }: CpuTime): number {
  return Math.max(bestMs - CUT_OFF_MS, 0);
}

/** @param likelyMs where in the interval it probably is, if that is known; moved into it */
export function cpuTime(shown: Interval, likelyMs = middleMs(shown)): CpuTime {
  const { lowMs, highMs } = shown;
  const within = Math.min(Math.max(likelyMs, lowMs), highMs);
  return { lowMs, highMs, bestMs: within === 0 ? 0 : within + CUT_OFF_MS };
}

/** What ended and waited-for children used: the CPU time with them less the own. */
export function reapedInterval(
  sample: Sample,
  start: Interval,
  own: Interval,
  previous?: Interval,
): Interval {
  if (isCoarse(sample)) return coarseReaped(sample, own, previous);
  const elapsed = elapsedInterval(sample.taken, start);
  const total = totalInterval(sample, elapsed);
  const rest = { lowMs: Math.max(total.lowMs - own.highMs, 0), highMs: total.highMs - own.lowMs };
  const reaped = ticksWithin(rest, applyPercent(elapsed, reapedRange(sample)));
  const lowMs = Math.max(reaped.lowMs, previous?.lowMs ?? 0);
  return { lowMs, highMs: Math.max(reaped.highMs, lowMs) };
}

/** What is probable of it, in ms: where ps is coarse, nothing unless some is certain. */
export function likelyReapedMs(sample: Sample, reaped: Interval): number {
  return isCoarse(sample) && reaped.lowMs === 0 ? 0 : middleMs(reaped);
}

/** Whether the sample shows less CPU time than the process had used for certain. */
export function hasFallen(sample: Sample, previous: Interval): boolean {
  return wholeSecond(sample.times).highMs < previous.lowMs;
}

/** Own CPU time and that of ended children. */
function totalInterval({ bsdtime, exact, pcpu }: Sample, elapsed: Interval): Interval {
  const byPcpu = applyPercent(elapsed, tenths(pcpu));
  const byCuc = exact === null ? byPcpu : applyPercent(elapsed, thousandths(exact.cuc));
  return ticksWithin(wholeSecond(bsdtime), byCuc, byPcpu);
}

function ownRange({ exact }: Sample): PercentRange {
  return exact === null ? { low: 0, high: Infinity } : thousandths(exact.cuu);
}

/** The difference of two percentages of the same lifetime is closer than that of their CPU times. */
function reapedRange({ exact }: Sample): PercentRange {
  const anything = { low: 0, high: Infinity };
  if (exact === null) return anything;
  const [own, all] = [thousandths(exact.cuu), thousandths(exact.cuc)];
  if (own.high === Infinity || all.high === Infinity) return anything;
  return { low: Math.max(all.low - own.high, 0), high: Math.max(all.high - own.low, 0) };
}

function elapsedInterval({ takenFromBootMs, takenToBootMs }: Taken, start: Interval): Interval {
  return {
    lowMs: Math.max(takenFromBootMs - start.highMs, 0),
    highMs: Math.max(takenToBootMs - start.lowMs, 0),
  };
}

function applyPercent(elapsed: Interval, range: PercentRange): Interval {
  return {
    lowMs: (range.low / 100) * elapsed.lowMs,
    highMs: range.high === Infinity ? Infinity : (range.high / 100) * elapsed.highMs,
  };
}

/** The whole ticks within all of the intervals; where rounding leaves none, those within the first. */
function ticksWithin(first: Interval, second: Interval, third = second): Interval {
  const two = intersection(first, second);
  const common = two && intersection(two, third);
  return (common && toTicks(common)) ?? toTicks(first) ?? first;
}

/** The whole ticks inside; undefined where there are none. */
function toTicks({ lowMs, highMs }: Interval): Interval | undefined {
  const tolerance = 1e-6;
  const low = Math.ceil(lowMs / TICK_MS - tolerance) * TICK_MS;
  const high = Math.floor(highMs / TICK_MS + tolerance) * TICK_MS;
  return low <= high ? { lowMs: low, highMs: high } : undefined;
}
