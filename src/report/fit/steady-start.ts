import { type Account, capCpuMs, type CreditMode, type Terms } from '../credits/account.js';
import { EMPTY, fullAccount, replay, type Stretch } from '../credits/replay.js';

const LOWEST: Record<CreditMode, (terms: Terms) => Account> = {
  standard: () => EMPTY,
  unlimited: (terms) => ({ balanceCpuMs: 0, surplusCpuMs: capCpuMs(terms) }),
};

/**
 * The account with which an instance begins a time that has come again and again before.
 *
 * Each step adds to the net and holds it between two bounds, and so does the whole time. Where it
 * earns more than it spends, its repetition ends where it ends from a full account; else where it ends
 * from the lowest that there is.
 */
export function steadyStart(
  stretches: readonly Stretch[],
  spentIn: (stretch: Stretch) => number,
  terms: Terms,
): Account {
  const begunFull = replay(fullAccount(terms), stretches, spentIn, terms);
  if (begunFull.earnedCpuMs > begunFull.spentCpuMs) return begunFull.end;
  return replay(LOWEST[terms.mode](terms), stretches, spentIn, terms).end;
}
