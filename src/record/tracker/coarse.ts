import type { Sample } from '../ps/sample.js';
import { intersection, type Interval } from './interval.js';
import { TICK_MS, wholeSecond } from './ps-rounding.js';

/**
 * Of procps 3.3, and where the age of a process is not known: own CPU time is known to a second, and with that of
 * ended children closer. What is known of the children tells how it is divided.
 */

/** What is known of the children that a process has waited for. */
export interface EndedChildren {
  /** The part of what they used that is on record. */
  readonly accountedMs: number;
  /** None has gone whose time is not on record yet. */
  readonly areSettled: boolean;
}

export const NO_CHILDREN: EndedChildren = { accountedMs: 0, areSettled: true };

/** What a process that has just started has used is not known; most do little. */
const LIKELY_PART_WHEN_NEW = 1 / 4;

/** Whether the sample tells CPU time by whole seconds and `pcpu` alone. */
export function isCoarse({ exact, etimes }: Pick<Sample, 'exact' | 'etimes'>): boolean {
  return exact === null || etimes === null;
}

/**
 * Own CPU time with that of ended children: within the second of `bsdtime`, and where procps 3.3 tells the age,
 * within `pcpu` of it.
 */
export function coarseTotal({ bsdtime, pcpu, etimes, exact }: Sample): Interval {
  const seconds = wholeSecond(bsdtime);
  if (exact !== null || etimes === null || etimes === 0) return seconds;
  return intersection(seconds, pcpuToInterval(pcpu, etimes)) ?? seconds;
}

/** procps 3.3 cuts off the tenths of a per cent (from 100 up the whole ones) that the ticks are of `etimes` seconds. */
function pcpuToInterval(pcpu: number, etimes: number): Interval {
  const tenths = Math.round(pcpu * 10);
  const width = tenths >= 1_000 ? 10 : 1;
  return {
    lowMs: Math.ceil((tenths * etimes) / 10) * TICK_MS,
    highMs: Math.floor(((tenths + width) * etimes - 1) / 10) * TICK_MS,
  };
}

/**
 * Own CPU time, so that with what is on record of its children it makes up the total. As long as some of them are
 * not on record yet, it is what it was before, moved into the second of `times`.
 */
export function coarseOwn(
  sample: Sample,
  elapsed: Interval,
  previous: Interval | undefined,
  { accountedMs, areSettled }: EndedChildren,
): Interval {
  const second = wholeSecond(sample.times);
  const own = within(coarseShare(sample, previous, accountedMs, areSettled), second);
  const lowMs = Math.max(own.lowMs, previous?.lowMs ?? 0);
  const highMs = Math.min(own.highMs, mostWhenNew(sample, elapsed));
  return { lowMs, highMs: Math.max(highMs, lowMs) };
}

function coarseShare(
  sample: Sample,
  previous: Interval | undefined,
  accountedMs: number,
  areSettled: boolean,
): Interval {
  const total = coarseTotal(sample);
  if (previous === undefined) {
    return hasReaped(sample) ? { lowMs: 0, highMs: total.highMs } : total;
  }
  if (!areSettled) return previous;
  return { lowMs: total.lowMs - accountedMs, highMs: total.highMs - accountedMs };
}

/** In its first second a process can't have used more than its threads could. */
function mostWhenNew({ etimes, nlwp }: Sample, elapsed: Interval): number {
  if (etimes === null || etimes > 1) return Infinity;
  return Math.floor((elapsed.highMs * Math.max(nlwp, 1)) / TICK_MS) * TICK_MS;
}

/**
 * Where in the interval the own CPU time probably is: where it would be had the process gone on as before.
 *
 * @param goneOnMs what it had used, and would have by now; undefined at the first sample
 */
export function coarseLikelyMs(
  { etimes }: Sample,
  { lowMs, highMs }: Interval,
  goneOnMs: number | undefined,
): number {
  if (goneOnMs !== undefined) return goneOnMs;
  if (etimes === 0) return lowMs + Math.round((highMs - lowMs) * LIKELY_PART_WHEN_NEW);
  return etimes === null && lowMs === 0 ? 0 : Math.round((lowMs + highMs) / 2);
}

/** What ended children used: the rest of the total. Nothing at first sight where the seconds show none. */
export function coarseReaped(
  sample: Sample,
  own: Interval,
  previous: Interval | undefined,
): Interval {
  if (previous === undefined && !hasReaped(sample)) return { lowMs: 0, highMs: 0 };
  const total = coarseTotal(sample);
  const lowMs = Math.max(total.lowMs - own.highMs, previous?.lowMs ?? 0);
  return { lowMs, highMs: Math.max(total.highMs - own.lowMs, lowMs) };
}

function hasReaped({ bsdtime, times }: Sample): boolean {
  return bsdtime > times;
}

function within({ lowMs, highMs }: Interval, bounds: Interval): Interval {
  const moved = (ms: number) => Math.min(Math.max(ms, bounds.lowMs), bounds.highMs);
  return { lowMs: moved(lowMs), highMs: moved(highMs) };
}
