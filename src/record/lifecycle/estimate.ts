import type { Sample, Snapshot, Utilization } from '../ps/sample.js';
import { intersection, type Interval, middleMs } from './interval.js';
import { CAPPED_ABOVE_PERCENT, HALF_A_THOUSANDTH, TICK_MS } from './ps-rounding.js';

/** What is cut off a process's user and its system time, on average, together. */
const CUT_OFF_MS = TICK_MS;

const MS_PER_SECOND = 1_000;

/**
 * The process's own CPU time as the kernel shows it, in whole ticks: within `times` and the second
 * after, within `cuu` (or `pcpu`) of the lifetime, and never below what it was.
 */
export function cpuInterval(
  sample: Sample,
  snapshot: Snapshot,
  start: Interval,
  previous?: Interval,
): Interval {
  const seconds = wholeSecond(sample.times);
  const elapsed = elapsedInterval(snapshot, start);
  const share = shareOfElapsed(sample.utilization, elapsed);
  const shown = toTicks(intersection(seconds, share) ?? seconds) ?? seconds;
  const lowMs = Math.max(shown.lowMs, previous?.lowMs ?? 0);
  return { lowMs, highMs: Math.max(shown.highMs, lowMs) };
}

/**
 * What ended and waited-for children used: `bsdtime` and `cuc` with them, less the own part.
 * Where ps can't tell, what was known before, or nothing.
 */
export function reapedInterval(
  sample: Sample,
  snapshot: Snapshot,
  start: Interval,
  own: Interval,
  previous: Interval = { lowMs: 0, highMs: 0 },
): Interval {
  if (sample.withReaped === null) return previous;
  const { bsdtime, cuc } = sample.withReaped;
  const elapsed = elapsedInterval(snapshot, start);
  const seconds = wholeSecond(bsdtime);
  const share = shareOfElapsed({ column: 'cuu', percent: cuc }, elapsed);
  const total = toTicks(intersection(seconds, share) ?? seconds) ?? seconds;
  const lowMs = Math.max(total.lowMs - own.highMs, previous.lowMs, 0);
  return { lowMs, highMs: Math.max(total.highMs - own.lowMs, lowMs) };
}

/** The best single value for a CPU time of which the kernel showed `shown`, with what it cut off. */
export function bestCpuMs(shown: Interval): number {
  return shown.highMs === 0 ? 0 : middleMs(shown) + CUT_OFF_MS;
}

/** Whether the sample shows less CPU time than the process had used for certain. */
export function hasFallen(sample: Sample, previous: Interval): boolean {
  return wholeSecond(sample.times).highMs < previous.lowMs;
}

function wholeSecond(seconds: number): Interval {
  return { lowMs: seconds * MS_PER_SECOND, highMs: (seconds + 1) * MS_PER_SECOND - TICK_MS };
}

function elapsedInterval(snapshot: Snapshot, start: Interval): Interval {
  return {
    lowMs: Math.max(snapshot.takenFromBootMs - start.highMs, 0),
    highMs: Math.max(snapshot.takenToBootMs - start.lowMs, 0),
  };
}

function shareOfElapsed(utilization: Utilization, elapsed: Interval): Interval {
  const percent = percentRange(utilization);
  return {
    lowMs: (percent.low / 100) * elapsed.lowMs,
    highMs: (percent.high / 100) * elapsed.highMs,
  };
}

/** The per cent that a printed value may stand for: `cuu` rounds to thousandths, `pcpu` cuts off. */
function percentRange({ column, percent }: Utilization): { low: number; high: number } {
  if (column === 'cuu') {
    if (percent > CAPPED_ABOVE_PERCENT) return { low: CAPPED_ABOVE_PERCENT, high: Infinity };
    return { low: Math.max(percent - HALF_A_THOUSANDTH, 0), high: percent + HALF_A_THOUSANDTH };
  }
  return { low: percent, high: percent + (percent >= 100 ? 1 : 0.1) };
}

/** The whole ticks inside; undefined where rounding leaves none. */
function toTicks({ lowMs, highMs }: Interval): Interval | undefined {
  const tolerance = 1e-6;
  const low = Math.ceil(lowMs / TICK_MS - tolerance) * TICK_MS;
  const high = Math.floor(highMs / TICK_MS + tolerance) * TICK_MS;
  return low <= high ? { lowMs: low, highMs: high } : undefined;
}
