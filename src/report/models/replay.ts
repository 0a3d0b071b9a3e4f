import { QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';
import { clipAll, type Span } from '../data/spans.js';
import { type Account, capCpuMs, type Movement, step, type Terms } from './account.js';

/** A quarter-hour, or the part of it that belongs to what is replayed. */
export interface Stretch extends Span {
  quarterMs: number;
}

/** What a replay did in all, and the account at its end. */
export interface Replayed extends Movement {
  end: Account;
  /** The lowest balance at its start or after any step. */
  lowestBalanceCpuMs: number;
}

export const EMPTY: Account = { balanceCpuMs: 0, surplusCpuMs: 0 };

export function fullAccount(terms: Terms): Account {
  return { balanceCpuMs: capCpuMs(terms), surplusCpuMs: 0 };
}

/** The quarter-hours of UTC of a span, the first and the last cut off where it begins and ends. */
export function stretchesOf(span: Span): Stretch[] {
  const stretches: Stretch[] = [];
  for (let ms = startOfQuarter(span.fromMs); ms < span.toMs; ms += QUARTER_HOUR_MS) {
    stretches.push(...stretchOfQuarter(ms, span));
  }
  return stretches;
}

/** The part of a quarter-hour that lies in a span; none where they do not overlap. */
export function stretchOfQuarter(quarterMs: number, within: Span): Stretch[] {
  const quarter = { fromMs: quarterMs, toMs: quarterMs + QUARTER_HOUR_MS };
  return clipAll([quarter], within).map((span) => ({ ...span, quarterMs }));
}

/** Keeps an account through stretches of time, one after the other. */
export function replay(
  start: Account,
  stretches: readonly Stretch[],
  spentIn: (stretch: Stretch) => number,
  terms: Terms,
): Replayed {
  const all: Replayed = { end: start, lowestBalanceCpuMs: start.balanceCpuMs, ...NOTHING };
  for (const stretch of stretches) {
    const durationMs = stretch.toMs - stretch.fromMs;
    const { after, movement } = step(all.end, { durationMs, spentCpuMs: spentIn(stretch) }, terms);
    all.end = after;
    // Within a step the balance goes one way only, so its lowest is at one of the ends.
    all.lowestBalanceCpuMs = Math.min(all.lowestBalanceCpuMs, after.balanceCpuMs);
    add(all, movement);
  }
  return all;
}

/** What several replays did together. */
export function addMovements(movements: readonly Movement[]): Movement {
  const sum = { ...NOTHING };
  for (const movement of movements) add(sum, movement);
  return sum;
}

const NOTHING: Movement = {
  earnedCpuMs: 0,
  spentCpuMs: 0,
  lostCpuMs: 0,
  withheldCpuMs: 0,
  throttledMs: 0,
  chargedCpuMs: 0,
};

function add(sum: Movement, movement: Movement): void {
  sum.earnedCpuMs += movement.earnedCpuMs;
  sum.spentCpuMs += movement.spentCpuMs;
  sum.lostCpuMs += movement.lostCpuMs;
  sum.withheldCpuMs += movement.withheldCpuMs;
  sum.throttledMs += movement.throttledMs;
  sum.chargedCpuMs += movement.chargedCpuMs;
}
