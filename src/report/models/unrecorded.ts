import type { Span } from '../../shared/days.js';
import { QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';
import { lengthMs } from './spans.js';

/** A quarter-hour of UTC that was recorded in part. */
export interface PartialQuarter {
  quarterMs: number;
  /** What is missing of it, in order. */
  gaps: Span[];
}

/** Less than this missing of a quarter-hour changes no figure that people see. */
const LEAST_MISSING_MS = QUARTER_HOUR_MS / 100;

/** Single records are read of no more quarter-hours than these: those of which the most is missing. */
const MOST_PARTIAL = 200;

/**
 * The quarter-hours of which nothing was recorded, as stretches, and those of which a part is missing. Pure.
 *
 * @param gaps in order, none touches the next
 */
export function splitGaps(gaps: readonly Span[]): { whole: Span[]; partial: PartialQuarter[] } {
  const whole: Span[] = [];
  const partial = new Map<number, Span[]>();
  for (const { fromMs, toMs } of gaps) {
    const wholeFromMs = startOfQuarter(fromMs + QUARTER_HOUR_MS - 1);
    const wholeToMs = startOfQuarter(toMs);
    if (wholeFromMs < wholeToMs) whole.push({ fromMs: wholeFromMs, toMs: wholeToMs });
    addPart({ fromMs, toMs: Math.min(toMs, wholeFromMs) });
    if (wholeToMs >= wholeFromMs) addPart({ fromMs: wholeToMs, toMs });
  }
  const worth = [...partial]
    .map(([quarterMs, missing]) => ({ quarterMs, gaps: missing }))
    .filter(({ gaps }) => lengthMs(gaps) >= LEAST_MISSING_MS)
    .sort((a, b) => lengthMs(b.gaps) - lengthMs(a.gaps))
    .slice(0, MOST_PARTIAL);
  return { whole, partial: worth };

  function addPart(part: Span): void {
    if (part.fromMs >= part.toMs) return;
    const quarterMs = startOfQuarter(part.fromMs);
    partial.set(quarterMs, [...(partial.get(quarterMs) ?? []), part]);
  }
}
