import type { Sample, Snapshot } from '../ps/sample.js';
import { intersection, type Interval } from './interval.js';
import { CAPPED_ABOVE_PERCENT, HALF_A_THOUSANDTH, TICK_MS } from './ps-rounding.js';

/** Uptime and start are both cut to a tick, and ps may lose one more in its arithmetic. */
const SLACK_MS = 2 * TICK_MS;

const MS_PER_SECOND = 1_000;

/** Narrower than this a start can't become: ps reads the uptime somewhere within its run. */
const NARROW_MS = 50;

/** When the process started, in boot time: from `etimes`, which cuts seconds off, and the time of the run. */
export function startInterval(sample: Sample, snapshot: Snapshot): Interval {
  const elapsedMs = sample.etimes * MS_PER_SECOND;
  return {
    lowMs: snapshot.takenFromBootMs - elapsedMs - MS_PER_SECOND - SLACK_MS,
    highMs: snapshot.takenToBootMs - elapsedMs + SLACK_MS,
  };
}

/**
 * What `cuu` says about the start: it is a whole number of ticks of CPU time over a whole number of
 * ticks of age, to three decimals, and few ages in a second have a numerator that gives just these
 * decimals. Each sample excludes others, so some samples of a busy process tell its start to some
 * hundredths of a second.
 *
 * @param start what is known; the result lies within
 */
export function narrowStart(start: Interval, sample: Sample, snapshot: Snapshot): Interval {
  const { column, percent } = sample.utilization;
  const saysNothing = column !== 'cuu' || percent === 0 || percent > CAPPED_ABOVE_PERCENT;
  if (saysNothing || start.highMs - start.lowMs <= NARROW_MS) return start;
  const youngest = Math.max(Math.floor((snapshot.takenFromBootMs - start.highMs) / TICK_MS) - 1, 1);
  const oldest = Math.ceil((snapshot.takenToBootMs - start.lowMs) / TICK_MS) + 1;
  let low = Infinity;
  let high = -Infinity;
  for (let age = youngest; age <= oldest; age += 1) {
    if (!isPossibleAge(age, percent)) continue;
    low = Math.min(low, age);
    high = age;
  }
  const possible = {
    lowMs: snapshot.takenFromBootMs - high * TICK_MS - SLACK_MS,
    highMs: snapshot.takenToBootMs - low * TICK_MS + SLACK_MS,
  };
  return intersection(start, possible) ?? start;
}

/** Whether some whole number of ticks of CPU time, over this age in ticks, prints as `percent`. */
function isPossibleAge(age: number, percent: number): boolean {
  const used = Math.round((percent * age) / 100);
  return used > 0 && Math.abs((used * 100) / age - percent) <= HALF_A_THOUSANDTH;
}
