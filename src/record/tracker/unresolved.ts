import type { Book } from './book.js';
import { chargedTo, type Pending } from './end.js';
import type { Account } from './lifecycle.js';
import { sum } from './share-out.js';

/** Of more accounts and quarter-hours than this it stays as it is. */
const MAX_UNRESOLVED = 500;

/**
 * By how much children that one process has reaped may be off, as it is on record: added up as if each were as far
 * off as it can be, until what was reaped tells how far all of them together can be.
 */
export interface Unresolved {
  quarterMs: number;
  account: Account;
  uncertainMs: number;
}

/** With children that were settled now. */
export function withSettled(
  before: readonly Unresolved[],
  settled: readonly Pending[],
): readonly Unresolved[] {
  const byKey = new Map(before.map((each) => [keyOf(each), each]));
  for (const each of settled) {
    const { uncertainMs } = each;
    const own = { ...chargedTo(each), uncertainMs };
    const known = byKey.get(keyOf(own))?.uncertainMs ?? 0;
    byKey.set(keyOf(own), { ...own, uncertainMs: uncertainMs + known });
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
  book: Book,
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
    book.usage(each.quarterMs, each.account, { uncertainMs: uncertainMs - each.uncertainMs });
    return { ...each, uncertainMs };
  });
}

function keyOf({ quarterMs, account: { uid, user, program, command } }: Unresolved): string {
  return JSON.stringify([quarterMs, uid, user, program, command]);
}
