import { QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';
import { clipAll } from './spans.js';
import { type Span } from '../../shared/days.js';
import { type AccountState, capCpuMs, type Movement, step, type Terms } from './account.js';

/** A quarter-hour, or the part of it that belongs to what is replayed. */
export interface QuarterSpan extends Span {
  quarterMs: number;
}

/** What a replay did in all, and the account at its end. */
export interface Replayed extends Movement {
  end: AccountState;
  /** The lowest balance at its start or after any step. */
  lowestBalanceCpuMs: number;
}

export const EMPTY: AccountState = { balanceCpuMs: 0, surplusCpuMs: 0 };

export function fullAccount(terms: Terms): AccountState {
  return { balanceCpuMs: capCpuMs(terms), surplusCpuMs: 0 };
}

/** The quarter-hours of UTC of a span, the first and the last cut off where it begins and ends. */
export function splitIntoQuarters(span: Span): QuarterSpan[] {
  const stretches: QuarterSpan[] = [];
  for (let ms = startOfQuarter(span.fromMs); ms < span.toMs; ms += QUARTER_HOUR_MS) {
    const toMs = Math.min(ms + QUARTER_HOUR_MS, span.toMs);
    stretches.push({ quarterMs: ms, fromMs: Math.max(ms, span.fromMs), toMs });
  }
  return stretches;
}

/** The part of a quarter-hour that lies in a span; none where they do not overlap. */
export function clipQuarter(quarterMs: number, within: Span): QuarterSpan[] {
  const quarter = { fromMs: quarterMs, toMs: quarterMs + QUARTER_HOUR_MS };
  return clipAll([quarter], within).map((span) => ({ ...span, quarterMs }));
}

/** Keeps an account through stretches of time, one after the other. */
export function replay(
  start: AccountState,
  stretches: readonly QuarterSpan[],
  spentIn: (stretch: QuarterSpan, at: number) => number,
  terms: Terms,
): Replayed {
  const sum = { ...NOTHING };
  let account: AccountState = start;
  let lowestBalanceCpuMs = start.balanceCpuMs;
  let at = 0;
  for (const stretch of stretches) {
    const durationMs = stretch.toMs - stretch.fromMs;
    const after = step(account, { durationMs, spentCpuMs: spentIn(stretch, at) }, terms);
    add(sum, after);
    // Within a step the balance goes one way only, so its lowest is at one of the ends.
    lowestBalanceCpuMs = Math.min(lowestBalanceCpuMs, after.balanceCpuMs);
    account = after;
    at += 1;
  }
  const { balanceCpuMs, surplusCpuMs } = account;
  return { end: { balanceCpuMs, surplusCpuMs }, lowestBalanceCpuMs, ...sum };
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
