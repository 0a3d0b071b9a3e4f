import { sum } from '../../shared/numbers.js';
import type { ChangeSet } from './change-set.js';
import { completePending, MAX_SETTLING_MS } from './end.js';
import { chargeReaper, hold } from './hold.js';
import type { Lifecycle } from './lifecycle.js';
import type { Pending } from './pending.js';
import { closeUnseen } from './slices.js';
import { type Moment, wallMs } from './tick.js';

/** By then a sample of the reaper has shown the child, unless its own children come and go at each tick. */
const TOLD_WITHIN_MS = 3_000;

/**
 * Settles what processes were last seen to have reaped when no further sample of them will come: their own reapers
 * may be another user's or not followed, and can't tell whose it was. Lives for one call of the tracker.
 */
export class EndedReapers {
  #byReaper: ReadonlyMap<number, readonly Pending[]> | undefined;

  constructor(
    private readonly moment: Moment,
    private readonly changes: ChangeSet,
  ) {}

  /**
   * Settles the children that its last sample holds, and charges it what that shows beyond them. Less than what is
   * on its account may be in that sample, and less than there was: this is a lower bound.
   */
  settle(reaper: Lifecycle): Lifecycle {
    // What a process that left the selection has reaped since is not known.
    if (reaper.condition === 'unfollowed') return reaper;
    const { children, held } = this.#hold(reaper);
    if (held.hasShrunk) return reaper;
    children.forEach((each, i) => {
      completePending(each, held.beyondMs[i] ?? 0, held.uncertainMs[i] ?? 0, this.changes);
      this.changes.pending.delete(each);
    });
    return this.#charge(held.reaper, held.unseenMs);
  }

  /**
   * The same for one that is gone, whose records end.
   *
   * @param hasReaper a followed process waits for it, and may tell more: what is not certain stays pending, as the
   * last sample makes it likely
   */
  end(reaper: Lifecycle, hasReaper: boolean): Lifecycle {
    // Most have had no children.
    if (reaper.reaped.lowMs === 0 && this.#childrenOf(reaper).length === 0) return reaper;
    // A zombie has shown all that it reaped.
    const isWellKnown = reaper.condition === 'zombie' || this.#hasLateChildren(reaper);
    const settled = hasReaper && !isWellKnown ? this.#leavePending(reaper) : this.settle(reaper);
    return closeUnseen(settled, wallMs(this.moment, reaper.sampledBootMs), this.changes);
  }

  /** Whether records of its children have to settle before its own reaper can tell more. */
  #hasLateChildren(reaper: Lifecycle): boolean {
    const latestMs = this.moment.bootMs - (MAX_SETTLING_MS - TOLD_WITHIN_MS);
    return this.#childrenOf(reaper).some(({ endedBootMs }) => endedBootMs <= latestMs);
  }

  #leavePending(reaper: Lifecycle): Lifecycle {
    if (reaper.condition === 'unfollowed') return reaper;
    const { children, held, room } = this.#hold(reaper);
    if (held.hasShrunk) return reaper;
    children.forEach((each, i) => {
      const guessMs = held.beyondMs[i] ?? 0;
      this.changes.pending.set({ ...each, guessMs, mostMs: Math.max(each.mostMs, guessMs) });
    });
    const certainMs = Math.max(room.lowMs - sum(children.map((each) => each.utmostMs)), 0);
    const likelyMs = Math.max(held.unseenMs - certainMs, 0);
    this.#addUnseen(reaper, likelyMs, Math.max(room.highMs - sum(held.beyondMs) - certainMs, 0));
    return this.#charge(reaper, certainMs);
  }

  #addUnseen({ processId }: Lifecycle, guessMs: number, mostMs: number): void {
    const { pending } = this.changes;
    const unseen = pending.get(processId, 'unseen');
    if (unseen === undefined) return;
    const utmostMs = unseen.utmostMs + mostMs;
    const uncertainMs = utmostMs - guessMs;
    pending.set({ ...unseen, guessMs, mostMs: utmostMs, utmostMs, uncertainMs });
  }

  #charge(reaper: Lifecycle, cpuMs: number): Lifecycle {
    return chargeReaper(reaper, cpuMs, reaper.reaped, this.moment, this.changes);
  }

  /** Ended children that it may have reaped. */
  #childrenOf({ processId }: Lifecycle): readonly Pending[] {
    this.#byReaper ??= this.changes.pending.byReaper();
    return this.#byReaper.get(processId) ?? [];
  }

  #hold(reaper: Lifecycle) {
    const { reaped, sampledBootMs, accountedMs } = reaper;
    const ended = this.#childrenOf(reaper);
    // A child that ended later was alive in that sample.
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
