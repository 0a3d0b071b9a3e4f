import type { Book } from './book.js';
import { completePending, MAX_SETTLING_MS, type Pending } from './end.js';
import { chargeReaper, hold } from './hold.js';
import type { Lifecycle } from './lifecycle.js';
import { sum } from './share-out.js';
import { closeUnseen } from './slices.js';
import { type Tick, wallMs } from './tick.js';

/** Who waits for a process has told of it by then, unless its own children come and go at each tick. */
const TOLD_WITHIN_MS = 3_000;

/**
 * Settles what processes were last seen to have reaped when no further sample of them will come: who waits for them
 * may be another user, or followed by nobody, and can't tell whose it was. Lives as long as one call of the tracker.
 */
export class Endings {
  /** Everything that is pending, with what became of it; undefined what is settled. */
  readonly #pending: Map<Pending, Pending | undefined>;
  #byReaper: ReadonlyMap<number, readonly Pending[]> | undefined;

  constructor(
    pending: readonly Pending[],
    private readonly tick: Pick<Tick, 'bootMs' | 'anchorMs'>,
    private readonly book: Book,
  ) {
    this.#pending = new Map(pending.map((each) => [each, each]));
  }

  /** What is pending still. */
  get left(): Pending[] {
    return [...this.#pending.values()].filter((each) => each !== undefined);
  }

  /**
   * Settles the children that its last sample holds, and charges it what that shows beyond them. Less than what is
   * on its account may be in that sample, and less than there was: this is a lower bound.
   */
  settle(reaper: Lifecycle): Lifecycle {
    // What one that left the selection has reaped since is not known.
    if (reaper.condition === 'unfollowed') return reaper;
    const { children, held } = this.#hold(reaper);
    if (held.hasShrunk) return reaper;
    children.forEach((each, i) => {
      completePending(each, held.beyondMs[i] ?? 0, held.uncertainMs[i] ?? 0, this.book);
      this.#pending.set(each, undefined);
    });
    return chargeReaper(held.reaper, held.unseenMs, reaper.reaped, this.tick, this.book);
  }

  /**
   * The same for one that is gone, whose records end.
   *
   * @param willBeTold somebody followed waits for it, and may tell more: what is not certain stays pending, as the
   * last sample makes it likely
   */
  end(reaper: Lifecycle, willBeTold: boolean): Lifecycle {
    // Most have had no children.
    if (reaper.reaped.lowMs === 0 && this.#childrenOf(reaper.processId).length === 0) return reaper;
    // A zombie has shown all that it reaped.
    const isWellKnown = reaper.condition === 'zombie' || this.#hasLateChildren(reaper);
    const settled = willBeTold && !isWellKnown ? this.#leavePending(reaper) : this.settle(reaper);
    return closeUnseen(settled, wallMs(this.tick, reaper.sampledBootMs), this.book);
  }

  /** Whether records of its children are to settle before who waits for it can tell more. */
  #hasLateChildren({ processId }: Lifecycle): boolean {
    const latestMs = this.tick.bootMs - (MAX_SETTLING_MS - TOLD_WITHIN_MS);
    return this.#childrenOf(processId).some(({ endedBootMs }) => endedBootMs <= latestMs);
  }

  #leavePending(reaper: Lifecycle): Lifecycle {
    if (reaper.condition === 'unfollowed') return reaper;
    const { children, held, room } = this.#hold(reaper);
    if (held.hasShrunk) return reaper;
    children.forEach((each, i) => {
      const guessMs = held.beyondMs[i] ?? 0;
      const mostMs = Math.max(each.mostMs, guessMs);
      this.#pending.set(each, { ...each, guessMs, mostMs });
    });
    const certainMs = Math.max(room.lowMs - sum(children.map((each) => each.utmostMs)), 0);
    const likelyMs = Math.max(held.unseenMs - certainMs, 0);
    this.#addUnseen(reaper, likelyMs, Math.max(room.highMs - sum(held.beyondMs) - certainMs, 0));
    return chargeReaper(reaper, certainMs, reaper.reaped, this.tick, this.book);
  }

  #addUnseen({ processId }: Lifecycle, guessMs: number, mostMs: number): void {
    for (const [each, now] of this.#pending) {
      if (each.kind !== 'unseen' || each.lifecycle.processId !== processId) continue;
      const utmostMs = each.utmostMs + mostMs;
      const beyond = { guessMs, mostMs: utmostMs, utmostMs, uncertainMs: utmostMs - guessMs };
      if (now !== undefined) this.#pending.set(each, { ...now, ...beyond });
    }
  }

  /** Ended children that it may have reaped. */
  #childrenOf(processId: number): readonly Pending[] {
    this.#byReaper ??= byReaper(this.left);
    return this.#byReaper.get(processId) ?? [];
  }

  #hold(reaper: Lifecycle) {
    const { reaped, sampledBootMs, accountedMs, processId } = reaper;
    const ended = this.#childrenOf(processId);
    // A child that went later was alive in that sample.
    const children = ended.filter(
      ({ reapers, endedBootMs }) => reapers.length === 1 && endedBootMs <= sampledBootMs,
    );
    const others = ended.filter(({ reapers }) => reapers.length > 1);
    const othersMs = sum(others.map((each) => each.utmostMs));
    const shown = { lowMs: Math.max(reaped.lowMs - othersMs, 0), highMs: reaped.highMs };
    const room = { lowMs: shown.lowMs - accountedMs, highMs: shown.highMs - accountedMs };
    return { children, held: hold(reaper, children, shown), room };
  }
}

function byReaper(pending: readonly Pending[]): ReadonlyMap<number, readonly Pending[]> {
  const childrenOf = new Map<number, Pending[]>();
  for (const each of pending) {
    for (const reaper of each.reapers) {
      const children = childrenOf.get(reaper);
      if (children === undefined) childrenOf.set(reaper, [each]);
      else children.push(each);
    }
  }
  return childrenOf;
}
