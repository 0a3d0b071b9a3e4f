import { sum } from '../../shared/numbers.js';
import { type ChangeSet, toUsageKey } from './change-set.js';
import { chargedTo } from './end.js';
import type { Unresolved } from './lifecycle.js';
import type { Pending } from './pending.js';

/** With more accounts and quarter-hours than this all stays as it is. */
const MAX_UNRESOLVED = 500;

/** Adds children that were settled now. */
export function withSettled(
  before: readonly Unresolved[],
  settled: readonly Pending[],
): readonly Unresolved[] {
  const byKey = new Map(before.map((each) => [toUsageKey(each.quarterMs, each.account), each]));
  for (const each of settled) {
    const { uncertainMs } = each;
    const own = chargedTo(each);
    const key = toUsageKey(own.quarterMs, own.account);
    const known = byKey.get(key)?.uncertainMs ?? 0;
    byKey.set(key, { ...own, uncertainMs: uncertainMs + known });
  }
  return byKey.size > MAX_UNRESOLVED ? [] : [...byKey.values()];
}

/**
 * Takes back what goes beyond how far all children together can be off. What was not known when the quarter-hour
 * began may be made up for in it, so that is left.
 *
 * @returns what is on record now
 */
export function resolve(
  unresolved: readonly Unresolved[],
  offByMs: number,
  changes: ChangeSet,
): readonly Unresolved[] {
  const newestMs = Math.max(...unresolved.map(({ quarterMs }) => quarterMs));
  const total = sum(unresolved.map(({ uncertainMs }) => uncertainMs));
  const ofQuarter = unresolved.filter(({ quarterMs }) => quarterMs === newestMs);
  const here = sum(ofQuarter.map(({ uncertainMs }) => uncertainMs));
  const part = (offByMs + total - here) / Math.max(here, 1);
  if (part >= 1) return unresolved;
  return unresolved.map((each) => {
    if (each.quarterMs !== newestMs) return each;
    const uncertainMs = Math.ceil(each.uncertainMs * part);
    changes.addUsage(each.quarterMs, each.account, { uncertainMs: uncertainMs - each.uncertainMs });
    return { ...each, uncertainMs };
  });
}
