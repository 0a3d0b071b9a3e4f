import { QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';
import { type Span } from '../../shared/days.js';
import {
  type AccountState,
  capCpuMs,
  earnCpuMs,
  type Movement,
  netCpuMs,
  type Terms,
} from './account.js';

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

/** How long the quarter-hours of UTC of a span are, in ms: the first and the last end where it does. */
export function splitIntoQuarters({ fromMs, toMs }: Span): number[] {
  const durationsMs: number[] = [];
  for (let ms = startOfQuarter(fromMs); ms < toMs; ms += QUARTER_HOUR_MS) {
    durationsMs.push(Math.min(ms + QUARTER_HOUR_MS, toMs) - Math.max(ms, fromMs));
  }
  return durationsMs;
}

/**
 * Keeps an account through stretches of time, one after the other, in each of which credits are earned and spent
 * evenly. The rules are those of `docs/credits.md`.
 *
 * net before + earned − spent = net after + lost − withheld − charged
 *
 * @param spentCpuMs in each of the stretches; whole milliseconds, so that sums are exact
 */
export function replay(
  start: AccountState,
  durationsMs: ArrayLike<number>,
  spentCpuMs: ArrayLike<number>,
  terms: Terms,
): Replayed {
  const cap = capCpuMs(terms);
  const isStandard = terms.mode === 'standard';
  const floor = isStandard ? 0 : -cap;
  const earnedInQuarter = earnCpuMs(terms, QUARTER_HOUR_MS);
  let net = netCpuMs(start);
  let lowest = net;
  let [allEarned, allSpent, lost, beyond, throttledMs] = [0, 0, 0, 0, 0];
  for (let at = 0; at < durationsMs.length; at += 1) {
    const durationMs = durationsMs[at] ?? 0;
    const spent = spentCpuMs[at] ?? 0;
    const earned = durationMs === QUARTER_HOUR_MS ? earnedInQuarter : earnCpuMs(terms, durationMs);
    allEarned += earned;
    allSpent += spent;
    net += earned - spent;
    if (net > cap) {
      lost += net - cap;
      net = cap;
    } else if (net < floor) {
      beyond += floor - net;
      // What lacks, at the speed at which it came to lack: the time since the balance was used up.
      if (isStandard) throttledMs += (durationMs * (floor - net)) / (spent - earned);
      net = floor;
    }
    // Within a stretch the balance goes one way only, so its lowest is at one of the ends.
    if (net < lowest) lowest = net;
  }
  return {
    end: { balanceCpuMs: Math.max(0, net), surplusCpuMs: Math.max(0, -net) },
    lowestBalanceCpuMs: Math.max(0, lowest),
    earnedCpuMs: allEarned,
    spentCpuMs: allSpent,
    lostCpuMs: lost,
    withheldCpuMs: isStandard ? beyond : 0,
    throttledMs,
    chargedCpuMs: isStandard ? 0 : beyond,
  };
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
