import type { Pending } from './end.js';
import type { Interval } from './interval.js';

/**
 * What each of some ended children used beyond what was charged, so that the sum lies in `room` if it
 * can: the guesses, moved towards nothing or towards the most that is plausible, all by the same part;
 * beyond that towards the most there can be.
 */
export function shareOut(
  children: readonly Pick<Pending, 'guessMs' | 'mostMs' | 'utmostMs'>[],
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
export function withinRoom(uncertainMs: readonly number[], room: Interval): number[] {
  const all = sum(uncertainMs);
  const part = Math.min(1, (room.highMs - room.lowMs) / 2 / Math.max(all, 1));
  return uncertainMs.map((each) => Math.ceil(each * part));
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
