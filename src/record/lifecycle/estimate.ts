import type { Sample, Taken, Utilization } from '../ps/sample.js';
import { intersection, type Interval, middleMs } from './interval.js';
import { type PercentRange, tenths, thousandths, TICK_MS } from './ps-rounding.js';

/** What is cut off a process's user and its system time, on average, together. */
const CUT_OFF_MS = TICK_MS;

const MS_PER_SECOND = 1_000;

const NOTHING: Interval = { lowMs: 0, highMs: 0 };

/** CPU time as the kernel shows it lies in the interval for certain. */
export interface CpuTime extends Interval {
  /** The best single value, with what the kernel cuts off; may be beyond the interval by that. */
  readonly bestMs: number;
}

/**
 * The process's own CPU time as the kernel shows it, in whole ticks: within `times` and the second
 * after, within `cuu` (or `pcpu`) of the lifetime, no more than with its children, and never below
 * what it was.
 *
 * @param childrenMs what its ended children have probably used of the CPU time with them
 */
export function cpuInterval(
  sample: Sample,
  start: Interval,
  previous?: Interval,
  childrenMs = 0,
): CpuTime {
  const elapsed = elapsedInterval(sample.taken, start);
  const seconds = wholeSecond(sample.times);
  const own = ticksWithin([seconds, shareOf(elapsed, ownRange(sample.utilization))]);
  const total = totalInterval(sample, elapsed);
  const highMs =
    total === undefined ? own.highMs : Math.max(Math.min(own.highMs, total.highMs), own.lowMs);
  const lowMs = Math.max(own.lowMs, previous?.lowMs ?? 0);
  const shown = { lowMs, highMs: Math.max(highMs, lowMs) };
  const isCapped = ownRange(sample.utilization).high === Infinity;
  // pcpu is not capped, but counts ended children too: what it shows beyond these is its own.
  return isCapped && total !== undefined
    ? cpuTime(shown, middleMs(total) - childrenMs)
    : cpuTime(shown);
}

/** @param likelyMs where in the interval it probably is, if that is known; moved into it */
export function cpuTime(shown: Interval, likelyMs = middleMs(shown)): CpuTime {
  const { lowMs, highMs } = shown;
  const within = Math.min(Math.max(likelyMs, lowMs), highMs);
  return { lowMs, highMs, bestMs: highMs === 0 ? 0 : within + CUT_OFF_MS };
}

/**
 * What ended and waited-for children used: the CPU time with them less the own. Where ps can't tell,
 * what was known before, or nothing.
 */
export function reapedInterval(
  sample: Sample,
  start: Interval,
  own: Interval,
  previous: Interval = NOTHING,
): Interval {
  const elapsed = elapsedInterval(sample.taken, start);
  const total = totalInterval(sample, elapsed);
  if (total === undefined) return { lowMs: previous.lowMs, highMs: previous.highMs };
  const rest = { lowMs: Math.max(total.lowMs - own.highMs, 0), highMs: total.highMs - own.lowMs };
  const reaped = ticksWithin([rest, shareOf(elapsed, reapedRange(sample))]);
  const lowMs = Math.max(reaped.lowMs, previous.lowMs);
  return { lowMs, highMs: Math.max(reaped.highMs, lowMs) };
}

/** Whether the sample shows less CPU time than the process had used for certain. */
export function hasFallen(sample: Sample, previous: Interval): boolean {
  return wholeSecond(sample.times).highMs < previous.lowMs;
}

/** Own CPU time and that of ended children. */
function totalInterval({ withReaped }: Sample, elapsed: Interval): Interval | undefined {
  if (withReaped === null) return undefined;
  const { bsdtime, cuc, pcpu } = withReaped;
  return ticksWithin([
    wholeSecond(bsdtime),
    shareOf(elapsed, thousandths(cuc)),
    shareOf(elapsed, tenths(pcpu)),
  ]);
}

function ownRange({ column, percent }: Utilization): PercentRange {
  return column === 'cuu' ? thousandths(percent) : tenths(percent);
}

/** The difference of two percentages of the same lifetime is closer than that of their CPU times. */
function reapedRange({ utilization, withReaped }: Sample): PercentRange {
  const own = ownRange(utilization);
  const all = withReaped === null ? own : thousandths(withReaped.cuc);
  if (own.high === Infinity || all.high === Infinity) return { low: 0, high: Infinity };
  return { low: Math.max(all.low - own.high, 0), high: Math.max(all.high - own.low, 0) };
}

function wholeSecond(seconds: number): Interval {
  return { lowMs: seconds * MS_PER_SECOND, highMs: (seconds + 1) * MS_PER_SECOND - TICK_MS };
}

function elapsedInterval({ takenFromBootMs, takenToBootMs }: Taken, start: Interval): Interval {
  return {
    lowMs: Math.max(takenFromBootMs - start.highMs, 0),
    highMs: Math.max(takenToBootMs - start.lowMs, 0),
  };
}

function shareOf(elapsed: Interval, range: PercentRange): Interval {
  return {
    lowMs: (range.low / 100) * elapsed.lowMs,
    highMs: range.high === Infinity ? Infinity : (range.high / 100) * elapsed.highMs,
  };
}

/** The whole ticks within all of the intervals; where rounding leaves none, those within the first. */
function ticksWithin([first = NOTHING, ...others]: readonly Interval[]): Interval {
  const common = others.reduce<Interval | undefined>(
    (sum, each) => sum && intersection(sum, each),
    first,
  );
  return (common && toTicks(common)) ?? toTicks(first) ?? first;
}

/** The whole ticks inside; undefined where there are none. */
function toTicks({ lowMs, highMs }: Interval): Interval | undefined {
  const tolerance = 1e-6;
  const low = Math.ceil(lowMs / TICK_MS - tolerance) * TICK_MS;
  const high = Math.floor(highMs / TICK_MS + tolerance) * TICK_MS;
  return low <= high ? { lowMs: low, highMs: high } : undefined;
}
