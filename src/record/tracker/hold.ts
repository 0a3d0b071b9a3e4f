import type { Book } from './book.js';
import type { Pending } from './end.js';
import type { Interval } from './interval.js';
import type { Lifecycle, Reaped } from './lifecycle.js';
import { shareOut, sum, withinRoom } from './share-out.js';
import { chargeUnseen, closeUnseen } from './slices.js';
import { type Tick, wallMs } from './tick.js';

/** What is known of some ended children and of who reaped them once they are held against what it had reaped. */
export interface Held {
  /** With what it had reaped on its account, but for what is unseen. */
  reaper: Lifecycle;
  /** What each child used beyond what was charged, in ms, and by how much that may be off. */
  beyondMs: number[];
  uncertainMs: number[];
  /** What no sample showed; below 0 where all that it had reaped is on record. */
  unseenMs: number;
  /** Something was on its account that did not arrive, and was taken off. */
  hasShrunk: boolean;
  /** The children are in what was reaped. */
  hasArrived: boolean;
}

/**
 * Holds what a process had reaped against its ended children: a constraint on their sum, not on each.
 *
 * @param children all that have ended, and none that may still be alive
 * @param reaped all that it had reaped of them
 */
export function hold(reaper: Lifecycle, children: readonly Pending[], reaped: Interval): Held {
  const { accountedMs, guessedMs } = reaper;
  const room = { lowMs: reaped.lowMs - accountedMs, highMs: reaped.highMs - accountedMs };
  // Less than what is certain of them: others have waited for them, or nobody (SIGCHLD is ignored).
  const hasArrived = room.highMs + guessedMs >= 0;
  const beyondMs = hasArrived ? shareOut(children, room) : children.map((each) => each.guessMs);
  const alone = children.map((each) => each.uncertainMs);
  const arrivedMs = hasArrived ? sum(beyondMs) : 0;
  // What was charged beyond the certain stays on the account even where it turns out too much: it is
  // owed, and made good by what is unseen later. Only what is certain and has not arrived is taken off.
  const certainMs = Math.min(accountedMs - guessedMs, reaped.highMs);
  const nowMs = certainMs + guessedMs + arrivedMs;
  const owedMs = Math.min(guessedMs + arrivedMs, Math.max(0, nowMs - reaped.lowMs));
  return {
    reaper: { ...reaper, guessedMs: owedMs, accountedMs: nowMs },
    beyondMs,
    uncertainMs: hasArrived ? withinRoom(alone, room) : alone,
    unseenMs: reaped.lowMs - nowMs,
    hasShrunk: certainMs < accountedMs - guessedMs,
    hasArrived,
  };
}

/**
 * Charges a process what no sample showed of its children, and puts it on its account.
 *
 * @param reaped when it was reaped
 */
export function chargeReaper(
  reaper: Lifecycle,
  cpuMs: number,
  reaped: Reaped,
  tick: Pick<Tick, 'bootMs' | 'anchorMs'>,
  book: Book,
): Lifecycle {
  if (cpuMs <= 0) return reaper;
  const accountedMs = reaper.accountedMs + cpuMs;
  if (reaper.condition !== 'alive') {
    // Its records have ended: what is found now is a moment's, of this tick.
    const [fromMs, toMs] = [wallMs(tick, tick.bootMs), wallMs(tick, tick.bootMs) + 1];
    const charged = chargeUnseen(reaper, cpuMs, { fromMs, toMs, estimated: false }, book);
    return { ...closeUnseen(charged, toMs, book), accountedMs };
  }
  const { fromBootMs, toBootMs, estimated } = reaped;
  // What came before its account or the wall clock changed is in a record that has ended.
  const changedMs = reaper.slice.changed ? reaper.slice.fromMs : -Infinity;
  const fromMs = Math.max(wallMs(tick, fromBootMs), changedMs);
  const stretch = { fromMs, toMs: Math.max(wallMs(tick, toBootMs), fromMs + 1), estimated };
  return { ...chargeUnseen(reaper, cpuMs, stretch, book), accountedMs };
}
