import { sum } from '../../shared/numbers.js';
import type { ChangeSet } from './change-set.js';
import type { Interval } from './interval.js';
import type { Lifecycle, Reaped } from './lifecycle.js';
import type { Guess, Pending } from './pending.js';
import { chargeUnseen, closeUnseen } from './slices.js';
import { type Moment, wallMs } from './tick.js';

/** Ended children and their reaper, once they are held against what it had reaped. */
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
  // Less than what is certain of them: another process has waited for them, or none (SIGCHLD is ignored).
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
 * What each of some ended children used beyond what was charged, so that the sum lies in `room` if it
 * can: the guesses, moved towards nothing or towards the most that is plausible, all by the same part;
 * beyond that towards the most there can be.
 */
export function shareOut(
  children: readonly Omit<Guess, 'uncertainMs'>[],
  room: Interval,
): number[] {
  const guessed = sum(children.map((each) => each.guessMs));
  const most = sum(children.map((each) => each.mostMs));
  const wanted = Math.min(Math.max(guessed, room.lowMs), room.highMs);
  const utmost = sum(children.map((each) => each.utmostMs));
  const total = Math.min(Math.max(wanted, 0), utmost);
  if (total <= guessed) {
    const part = guessed === 0 ? 0 : total / guessed;
    return children.map(({ guessMs }) => Math.round(guessMs * part));
  }
  if (total <= most) {
    const part = (total - guessed) / (most - guessed);
    return children.map(({ guessMs, mostMs }) => Math.round(guessMs + (mostMs - guessMs) * part));
  }
  const part = (total - most) / (utmost - most);
  return children.map(({ mostMs, utmostMs }) => Math.round(mostMs + (utmostMs - mostMs) * part));
}

/** By how much each may be off once their sum is known to lie in `room`. */
function withinRoom(uncertainMs: readonly number[], room: Interval): number[] {
  const all = sum(uncertainMs);
  const part = Math.min(1, (room.highMs - room.lowMs) / 2 / Math.max(all, 1));
  return uncertainMs.map((each) => Math.ceil(each * part));
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
  moment: Moment,
  changes: ChangeSet,
): Lifecycle {
  if (cpuMs <= 0) return reaper;
  const accountedMs = reaper.accountedMs + cpuMs;
  if (reaper.condition !== 'alive') {
    // Its records have ended: what is found now is a moment's, of this tick.
    const [fromMs, toMs] = [wallMs(moment), wallMs(moment) + 1];
    const charged = chargeUnseen(reaper, cpuMs, { fromMs, toMs, estimated: false }, changes);
    return { ...closeUnseen(charged, toMs, changes), accountedMs };
  }
  const { fromBootMs, toBootMs, estimated } = reaped;
  // What came before its account or the wall clock changed is in a record that has ended.
  const changedMs = reaper.slice.changed ? reaper.slice.fromMs : -Infinity;
  const fromMs = Math.max(wallMs(moment, fromBootMs), changedMs);
  const stretch = { fromMs, toMs: Math.max(wallMs(moment, toBootMs), fromMs + 1), estimated };
  return { ...chargeUnseen(reaper, cpuMs, stretch, changes), accountedMs };
}
