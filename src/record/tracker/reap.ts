import type { Book } from './book.js';
import { ReapedAccounts, broughtMs } from './accounts.js';
import { type Claim, Claims } from './claims.js';
import { completePending, MAX_SETTLING_MS, type Pending } from './end.js';
import type { Lifecycle } from './lifecycle.js';
import { adoptersOf, type ByPid, reapersOf } from './reapers.js';
import type { EndedRecorder } from './self.js';
import { chargeReaper, hold } from './hold.js';
import { shareOut, sum } from './share-out.js';
import type { Tick } from './tick.js';
import { resolve, withSettled } from './unresolved.js';

/**
 * For so many ticks no child may have gone for a reaper to be quiet: what it had reaped at the last
 * sample then holds all children that are gone, and no child that was alive in that sample.
 */
const QUIET_TICKS = 2;

/** What is open of processes that are gone. */
export interface Unsettled {
  pending: readonly Pending[];
  claims: readonly Claim[];
}

/**
 * Holds what each process has reaped against what is known of its ended children: settles those, and
 * charges what remains as unseen. Lives as long as one call of the tracker.
 */
export class Reaping {
  readonly #accounts: ReapedAccounts;
  readonly #claims: Claims;
  #pending: Pending[];

  /** @param after the processes that are left; reapers among them are replaced by what they become */
  constructor(
    private readonly after: Map<number, Lifecycle>,
    { pending, claims }: Unsettled,
    private readonly tick: Pick<Tick, 'bootMs' | 'anchorMs'>,
    private readonly book: Book,
  ) {
    this.#accounts = new ReapedAccounts(after, book);
    this.#claims = new Claims(claims, this.#accounts, tick.bootMs);
    this.#pending = [...pending];
  }

  /**
   * Puts what processes bring that are gone since the last tick on the account of whoever may have
   * reaped them: of each of these, rather than of none, so that nothing is counted twice.
   */
  bring(gone: readonly Lifecycle[], before: ByPid): void {
    const heirs = new Map(
      gone.map((each) => [each.processId, reapersOf(each, before, this.after)]),
    );
    this.#pending = this.#pending.map((each) => {
      const own = heirs.get(each.lifecycle.processId);
      const reapers = own ?? each.reapers.flatMap((reaper) => heirs.get(reaper) ?? [reaper]);
      return { ...each, reapers: [...new Set(reapers)] };
    });
    for (const each of gone) {
      for (const reaper of heirs.get(each.processId) ?? []) {
        this.#accounts.add(reaper, { cpuMs: broughtMs(each), isRestless: true });
      }
    }
    this.#claims.bring(gone, heirs);
  }

  /**
   * The same for a recorder that has ended, which nobody followed, and for its helper, which may have
   * outlived it and gone to who adopts orphans. What does not arrive is taken off again.
   */
  bringRecorder(ended: EndedRecorder, before: ByPid): void {
    const ofHelper = adoptersOf(ended, before, this.after);
    for (const reaper of new Set([...reapersOf(ended, before, this.after), ...ofHelper])) {
      this.#accounts.add(reaper, { cpuMs: ended.cpuMs, isRestless: true });
    }
  }

  /**
   * Takes what everybody has reaped so far as accounted for: children were left out, so nothing can be
   * said of it.
   */
  forgive(): void {
    this.#claims.dropAll();
    this.#pending = this.#pending.filter(({ kind }) => kind === 'own');
    for (const lifecycle of [...this.after.values()]) {
      const { condition, accountedMs, reaped } = lifecycle;
      if (condition === 'unfollowed' || accountedMs >= reaped.highMs) continue;
      this.#accounts.keep({ ...lifecycle, accountedMs: reaped.highMs, guessedMs: 0 });
    }
  }

  /** Holds what every process has reaped against its children, and settles these where that tells enough. */
  reconcile(): void {
    // Who has several possible reapers is on the account of each before these are looked at.
    this.#settleAsGuessed(
      this.#pending.filter((each) => this.#mustSettle(each) && each.reapers.length > 1),
    );
    this.#claims.decide();
    const childrenOf = new Map<number, Pending[]>();
    for (const each of this.#pending) {
      const [reaper, ...others] = each.reapers;
      if (reaper === undefined || others.length > 0) continue;
      childrenOf.set(reaper, [...(childrenOf.get(reaper) ?? []), each]);
    }
    for (const lifecycle of [...this.after.values()]) {
      if (lifecycle.condition !== 'alive') continue;
      const children = childrenOf.get(lifecycle.processId) ?? [];
      if (lifecycle.quietTicks >= QUIET_TICKS) this.#reconcileQuiet(lifecycle, children);
      else this.#reconcileBusy(lifecycle, children);
    }
  }

  /** Settles as guessed what nobody will tell more of, and returns what is pending still. */
  settle(): Unsettled {
    this.#settleAsGuessed(this.#pending.filter((each) => this.#mustSettle(each)));
    return { pending: this.#pending, claims: this.#claims.open };
  }

  /** Settles everything as guessed, when no further sample will come. */
  settleAll(): void {
    this.#settleAsGuessed(this.#pending);
  }

  #mustSettle({ lifecycle, reapers, endedBootMs }: Pending): boolean {
    const ageMs = this.tick.bootMs - endedBootMs;
    const willBeReaped = this.#accounts.has(lifecycle.processId);
    return ageMs >= MAX_SETTLING_MS || (reapers.length !== 1 && ageMs > 0 && !willBeReaped);
  }

  #settleAsGuessed(pending: readonly Pending[]): void {
    const settled = pending.map((each): Pending => {
      const guessMs = Math.min(each.guessMs, this.#roomFor(each));
      this.#complete([each], [guessMs], [each.uncertainMs]);
      for (const reaper of each.reapers) {
        this.#accounts.add(reaper, { cpuMs: guessMs, guessedMs: guessMs });
      }
      return { ...each, guessMs };
    });
    this.#claims.settle(settled);
  }

  /**
   * Whoever of several has waited for it has reaped that much more than what is on its account. Of one that was seen
   * more than once the rate tells more.
   */
  #roomFor({ reapers, lifecycle }: Pending): number {
    if (reapers.length < 2 || lifecycle.sampledTwice) return Infinity;
    const rooms = reapers.flatMap((each) => {
      const reaper = this.#accounts.get(each);
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
      const lifecycle = completePending(each, beyondMs[i] ?? 0, uncertainMs[i] ?? 0, this.book);
      // A zombie is still there, and brings what is charged to whoever waits for it one day.
      const zombie = this.#accounts.get(lifecycle.processId);
      if (zombie !== undefined) {
        this.#accounts.keep({ ...zombie, chargedMs: lifecycle.chargedMs });
      }
    });
    const settled = new Set(pending);
    this.#pending = this.#pending.filter((each) => !settled.has(each));
  }

  /** What it has reaped is the whole of what its ended children used: a constraint on their sum, not on each. */
  #reconcileQuiet(reaper: Lifecycle, children: readonly Pending[]): void {
    const { reapedBefore, accountedMs, guessedMs, unresolved = [] } = reaper;
    const isSettled =
      reapedBefore.lowMs <= accountedMs && accountedMs - guessedMs <= reapedBefore.highMs;
    if (children.length === 0 && isSettled && unresolved.length === 0) return;
    const held = hold(reaper, children, reapedBefore);
    this.#complete(children, held.beyondMs, held.uncertainMs);
    if (held.hasShrunk) this.#claims.drop(reaper.processId);
    if (held.hasArrived) {
      const endMs = Math.max(held.reaper.accountedMs, reapedBefore.lowMs);
      const offByMs = Math.max(reapedBefore.highMs - endMs, endMs - reapedBefore.lowMs);
      resolve(unresolved, offByMs, this.book);
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
    const unresolved = withSettled(reaper.unresolved ?? [], old);
    this.#accounts.keep({
      ...reaper,
      accountedMs: accountedMs + guessedMs,
      guessedMs: reaper.guessedMs + guessedMs,
      unresolved: resolve(unresolved, Math.max(aboveLowMs, belowHighMs), this.book),
    });
  }

  #chargeUnseen(reaper: Lifecycle, cpuMs: number): void {
    this.#accounts.keep(chargeReaper(reaper, cpuMs, reaper.reapedBefore, this.tick, this.book));
  }
}
