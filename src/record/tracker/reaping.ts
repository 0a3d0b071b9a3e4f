import { sum } from '../../shared/numbers.js';
import type { ChangeSet } from './change-set.js';
import { type Claim, Claims } from './claims.js';
import { completePending, MAX_SETTLING_MS } from './end.js';
import { chargeReaper, hold, shareOut } from './hold.js';
import type { Lifecycle } from './lifecycle.js';
import type { Pending } from './pending.js';
import { broughtMs, type Reapers } from './reapers.js';
import type { EndedRecorder } from './self.js';
import type { Moment } from './tick.js';
import { resolve, withSettled } from './unresolved.js';

/**
 * For so many ticks no child may have gone for a reaper to be quiet: what it had reaped at the last
 * sample then holds all children that are gone, and no child that was alive in that sample.
 */
const QUIET_TICKS = 2;

/**
 * Holds what each process has reaped against what is known of its ended children: settles those, and
 * charges what remains as unseen. Lives for one call of the tracker.
 */
export class Reaping {
  readonly #claims: Claims;

  constructor(
    private readonly reapers: Reapers,
    claims: readonly Claim[],
    private readonly moment: Moment,
    private readonly changes: ChangeSet,
  ) {
    this.#claims = new Claims(claims, reapers, moment.bootMs);
  }

  /** Takes all that was reaped so far as on record: children were left out, so it tells nothing. */
  forgive(): void {
    this.#claims.dropAll();
    for (const each of this.#pending.all) if (each.kind === 'unseen') this.#pending.delete(each);
    for (const lifecycle of this.reapers.all) {
      const { condition, accountedMs, reaped } = lifecycle;
      if (condition === 'unfollowed' || accountedMs >= reaped.highMs) continue;
      this.reapers.set({ ...lifecycle, accountedMs: reaped.highMs, guessedMs: 0 });
    }
  }

  /**
   * Holds what every process has reaped against its children, and settles these where that tells enough.
   *
   * @param ended since the last tick
   * @param endedRecorder of the run before, if it is gone by now
   */
  reconcile(ended: readonly Lifecycle[], endedRecorder: EndedRecorder | undefined): void {
    this.#bring(ended);
    if (endedRecorder !== undefined) this.#bringRecorder(endedRecorder);
    // A child with several possible reapers is on the account of each before these are looked at.
    this.#settleAsGuessed(
      this.#pending.all.filter((each) => this.#mustSettle(each) && each.reapers.length > 1),
    );
    this.#claims.decide();
    const byReaper = this.#pending.byReaper();
    for (const lifecycle of this.reapers.all) {
      if (lifecycle.condition !== 'alive') continue;
      const children = (byReaper.get(lifecycle.processId) ?? []).filter(
        ({ reapers }) => reapers.length === 1,
      );
      if (lifecycle.quietTicks >= QUIET_TICKS) this.#reconcileQuiet(lifecycle, children);
      else this.#reconcileBusy(lifecycle, children);
    }
  }

  /** Settles as guessed what no reaper will tell more of; the rest stays pending. */
  settle(): void {
    this.#settleAsGuessed(this.#pending.all.filter((each) => this.#mustSettle(each)));
  }

  /** Settles everything as guessed, when no further sample will come. */
  settleAll(): void {
    this.#settleAsGuessed(this.#pending.all);
  }

  get openClaims(): readonly Claim[] {
    return this.#claims.open;
  }

  get #pending() {
    return this.changes.pending;
  }

  /**
   * Puts what ended processes bring on the account of all that may have reaped them: of each of these, rather than of
   * none, so that nothing is counted twice.
   *
   * @param gone since the last tick
   */
  #bring(gone: readonly Lifecycle[]): void {
    const heirs = new Map(gone.map((each) => [each.processId, this.reapers.find(each)]));
    for (const each of this.#pending.all) {
      const own = heirs.get(each.lifecycle.processId);
      const reapers = own ?? each.reapers.flatMap((reaper) => heirs.get(reaper) ?? [reaper]);
      this.#pending.set({ ...each, reapers: [...new Set(reapers)] });
    }
    for (const each of gone) {
      for (const reaper of heirs.get(each.processId) ?? []) {
        this.reapers.add(reaper, { cpuMs: broughtMs(each), isRestless: true });
      }
    }
    this.#claims.bring(gone, heirs);
  }

  /**
   * The same for a recorder that has ended and was not followed, and for its helper, which may have
   * outlived it and been adopted. What does not arrive is taken off again.
   */
  #bringRecorder(ended: EndedRecorder): void {
    const { reapers } = this;
    for (const reaper of new Set([...reapers.find(ended), ...reapers.findAdopters(ended)])) {
      reapers.add(reaper, { cpuMs: ended.cpuMs, isRestless: true });
    }
  }

  #mustSettle({ lifecycle, reapers, endedBootMs }: Pending): boolean {
    const ageMs = this.moment.bootMs - endedBootMs;
    const willBeReaped = this.reapers.has(lifecycle.processId);
    return ageMs >= MAX_SETTLING_MS || (reapers.length !== 1 && ageMs > 0 && !willBeReaped);
  }

  #settleAsGuessed(pending: readonly Pending[]): void {
    const settled = pending.map((each): Pending => {
      const guessMs = Math.min(each.guessMs, this.#roomFor(each));
      this.#complete([each], [guessMs], [each.uncertainMs]);
      for (const reaper of each.reapers) {
        this.reapers.add(reaper, { cpuMs: guessMs, guessedMs: guessMs });
      }
      return { ...each, guessMs };
    });
    this.#claims.settle(settled);
  }

  /**
   * The one of several that has waited for it has reaped that much more than what is on its account. For one that was
   * seen more than once the rate tells more.
   */
  #roomFor({ reapers, lifecycle }: Pending): number {
    if (reapers.length < 2 || lifecycle.sampledTwice) return Infinity;
    const rooms = reapers.flatMap((each) => {
      const reaper = this.reapers.get(each);
      return reaper === undefined ? [] : [reaper.reaped.highMs - reaper.accountedMs];
    });
    return Math.max(...rooms, 0);
  }

  #complete(
    pending: readonly Pending[],
    beyondMs: readonly number[],
    uncertainMs: readonly number[],
  ): void {
    pending.forEach((each, i) => {
      const lifecycle = completePending(each, beyondMs[i] ?? 0, uncertainMs[i] ?? 0, this.changes);
      this.#pending.delete(each);
      // A zombie still exists, and brings what is charged to its reaper one day.
      const zombie = this.reapers.get(lifecycle.processId);
      if (zombie !== undefined) {
        this.reapers.set({ ...zombie, chargedMs: lifecycle.chargedMs });
      }
    });
  }

  /** What it has reaped is the whole of what its ended children used: a constraint on their sum, not on each. */
  #reconcileQuiet(reaper: Lifecycle, children: readonly Pending[]): void {
    const { reapedBefore, accountedMs, guessedMs, unresolved } = reaper;
    const isSettled =
      reapedBefore.lowMs <= accountedMs && accountedMs - guessedMs <= reapedBefore.highMs;
    if (children.length === 0 && isSettled && unresolved.length === 0) return;
    const held = hold(reaper, children, reapedBefore);
    this.#complete(children, held.beyondMs, held.uncertainMs);
    if (held.hasShrunk) this.#claims.drop(reaper.processId);
    if (held.hasArrived) {
      const endMs = Math.max(held.reaper.accountedMs, reapedBefore.lowMs);
      const offByMs = Math.max(reapedBefore.highMs - endMs, endMs - reapedBefore.lowMs);
      resolve(unresolved, offByMs, this.changes);
    }
    this.#chargeUnseen({ ...held.reaper, unresolved: [] }, held.unseenMs);
  }

  /**
   * Children come and go at each tick: those that went last may or may not be in what it has reaped.
   * Only what exceeds all that they can have brought is unseen for certain.
   */
  #reconcileBusy(reaper: Lifecycle, children: readonly Pending[]): void {
    const { reapedBefore, accountedMs } = reaper;
    const most = sum(children.map((each) => each.utmostMs));
    const old = children.filter((each) => this.#mustSettle(each));
    if (old.length === 0) {
      const unseenMs = reapedBefore.lowMs - accountedMs - most;
      if (unseenMs > 0) this.#chargeUnseen(reaper, unseenMs);
      return;
    }
    const young = children.filter((each) => !this.#mustSettle(each));
    const youngMost = sum(young.map((each) => each.utmostMs));
    const youngOwn = young.filter(({ kind }) => kind === 'own');
    const youngBrought = sum(youngOwn.map((each) => broughtMs(each.lifecycle)));
    const shares = shareOut(old, {
      lowMs: reapedBefore.lowMs - accountedMs - youngMost,
      highMs: Math.max(reapedBefore.highMs - accountedMs + youngBrought, 0),
    });
    this.#complete(
      old,
      shares,
      old.map((each) => each.uncertainMs),
    );
    const guessedMs = sum(shares);
    // What they and those before were charged is in what was reaped, with as much of the young as there can be.
    const aboveLowMs = accountedMs + guessedMs - reapedBefore.lowMs + youngMost;
    const belowHighMs = reapedBefore.highMs - accountedMs - guessedMs + youngBrought;
    const unresolved = withSettled(reaper.unresolved, old);
    this.reapers.set({
      ...reaper,
      accountedMs: accountedMs + guessedMs,
      guessedMs: reaper.guessedMs + guessedMs,
      unresolved: resolve(unresolved, Math.max(aboveLowMs, belowHighMs), this.changes),
    });
  }

  #chargeUnseen(reaper: Lifecycle, cpuMs: number): void {
    const { reapedBefore } = reaper;
    this.reapers.set(chargeReaper(reaper, cpuMs, reapedBefore, this.moment, this.changes));
  }
}
