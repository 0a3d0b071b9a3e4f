import { MS_PER_SECOND } from '../../shared/units.js';
import type { Sample } from '../ps/sample.js';
import { intersection, type Interval } from './interval.js';
import { type PercentRange, tenths, thousandths, TICK_MS } from './ps-rounding.js';

/** Uptime and start are both cut to a tick, and ps may lose one more in its arithmetic. */
const SLACK_MS = 2 * TICK_MS;

/** For products that are whole in decimals but not in binary. */
const TOLERANCE_TICKS = 1e-6;

/** Narrower than this a start can't become: ps reads the uptime somewhere within its run. */
const NARROW_MS = 50;

/** Where ps can't know an age, its process started at any time. */
const ANY_TIME_MS = -1e12;

/**
 * When the process started, in boot time: from `etimes`, which cuts seconds off, and the time of the run. procps 3.3
 * takes the whole seconds of the start from those of the uptime.
 */
export function startInterval({ etimes, exact, taken }: Sample): Interval {
  const { takenFromBootMs: fromMs, takenToBootMs: toMs } = taken;
  if (etimes === null) return { lowMs: ANY_TIME_MS, highMs: toMs };
  const elapsedMs = etimes * MS_PER_SECOND;
  return exact === null
    ? {
        lowMs: wholeSecondsMs(fromMs) - elapsedMs,
        highMs: wholeSecondsMs(toMs) - elapsedMs + MS_PER_SECOND - TICK_MS,
      }
    : {
        lowMs: fromMs - elapsedMs - MS_PER_SECOND - SLACK_MS,
        highMs: toMs - elapsedMs + SLACK_MS,
      };
}

export function isStartKnown({ lowMs }: Interval): boolean {
  return lowMs > ANY_TIME_MS;
}

function wholeSecondsMs(ms: number): number {
  return Math.floor(ms / MS_PER_SECOND) * MS_PER_SECOND;
}

/**
 * What the percentages say about the start: each is a whole number of ticks of CPU time over a whole
 * number of ticks of age, and few ages in a second have numerators that print as just these decimals.
 * Each sample excludes others, so some samples of a busy process tell its start to some hundredths of
 * a second.
 *
 * @param start what is known; the result lies within
 */
export function narrowStart(start: Interval, sample: Sample): Interval {
  const { exact, etimes, pcpu } = sample;
  const { takenFromBootMs, takenToBootMs } = sample.taken;
  if (exact === null || etimes === null || start.highMs - start.lowMs <= NARROW_MS) return start;
  const youngest = Math.max(Math.floor((takenFromBootMs - start.highMs) / TICK_MS) - 1, 1);
  const ranges = [thousandths(exact.cuu), thousandths(exact.cuc), tenths(pcpu)].filter((range) =>
    mayExclude(range, youngest),
  );
  if (ranges.length === 0) return start;
  const oldest = Math.ceil((takenToBootMs - start.lowMs) / TICK_MS) + 1;
  const isPossible = (age: number) => ranges.every((range) => isPossibleAge(age, range));
  let low = youngest;
  while (low <= oldest && !isPossible(low)) low += 1;
  if (low > oldest) return start;
  let high = oldest;
  while (!isPossible(high)) high -= 1;
  const possible = {
    lowMs: takenFromBootMs - high * TICK_MS - SLACK_MS,
    highMs: takenToBootMs - low * TICK_MS + SLACK_MS,
  };
  return intersection(start, possible) ?? start;
}

/** Not one of nothing, nor at its cap; one that is at least a tick of CPU time wide holds a whole number at any age. */
function mayExclude({ low, high }: PercentRange, youngest: number): boolean {
  return low > 0 && ((high - low) * youngest) / 100 < 1;
}

/** Whether some whole number of ticks of CPU time, over this age in ticks, lies in the range. */
function isPossibleAge(age: number, { low, high }: PercentRange): boolean {
  const most = Math.floor((high * age) / 100 + TOLERANCE_TICKS);
  return most >= Math.ceil((low * age) / 100 - TOLERANCE_TICKS);
}
