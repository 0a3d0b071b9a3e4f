import type { Book } from './book.js';
import { type Claim, holds } from './claim.js';
import { completePending, type Pending, uncertaintyMs } from './end.js';
import type { Lifecycle } from './lifecycle.js';
import type { EndedRecorder } from './self.js';
import { shareOut, sum, withinRoom } from './share-out.js';
import { chargeUnseen } from './slices.js';
import { type Tick, wallMs } from './tick.js';

/**
 * A record settles no longer than this, also where its reaper's children come and go so often that no
 * tick is without one.
 */
const MAX_SETTLING_MS = 8_000;

/**
 * For so many ticks no child may have gone for a reaper to be quiet: what it had reaped at the last
 * sample then holds all children that are gone, and no child that was alive in that sample.
 */
const QUIET_TICKS = 2;

const INIT_PID = 1;

/** Followed processes by pid. */
type ByPid = ReadonlyMap<number, Lifecycle>;

/**
 * Who may have waited for a process: its parent; where that is gone too, the nearest ancestor that is
 * still there, through whom its time comes, or who adopts orphans: pid 1, or a subreaper, which any
 * ancestor may be. A zombie waits for nobody any more, but may have before. Empty where none of them
 * is followed.
 */
function reapersOf(gone: Pick<Lifecycle, 'ppid'>, before: ByPid, after: ByPid): number[] {
  const parent = before.get(gone.ppid);
  const [nearest, ...further] = ancestorsOf(gone, before).filter((each) => isThere(each, after));
  const reaper = nearest && after.get(nearest.pid);
  const isOrphan = reaper?.condition === 'zombie' || nearest !== parent;
  const adopters = [...further.map(({ pid }) => after.get(pid)), after.get(INIT_PID)].filter(
    (each) => each?.condition !== 'zombie',
  );
  const candidates = [reaper, ...(isOrphan ? adopters : [])];
  const followed = candidates.flatMap((each) =>
    each === undefined || each.condition === 'unfollowed' ? [] : [each.processId],
  );
  return [...new Set(followed)];
}

/** From its parent upwards; a loop of parents ends where it closes. */
function ancestorsOf({ ppid }: Pick<Lifecycle, 'ppid'>, before: ByPid): Lifecycle[] {
  const ancestors = new Set<Lifecycle>();
  let each = before.get(ppid);
  while (each !== undefined && !ancestors.has(each)) {
    ancestors.add(each);
    each = before.get(each.ppid);
  }
  return [...ancestors];
}

function isThere(lifecycle: Lifecycle, after: ByPid): boolean {
  return after.get(lifecycle.pid)?.processId === lifecycle.processId;
}

/** What comes to whoever waits for a process: its own and its reaped CPU time, also from before it was followed. */
function broughtMs({ priorCpuMs, chargedMs, accountedMs }: Lifecycle): number {
  return priorCpuMs + chargedMs + accountedMs;
}

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
  readonly #pidOf: ReadonlyMap<number, number>;
  #pending: Pending[];
  #claims: Claim[];

  /** @param after the processes that are left; reapers among them are replaced by what they become */
  constructor(
    private readonly after: Map<number, Lifecycle>,
    { pending, claims }: Unsettled,
    private readonly tick: Pick<Tick, 'bootMs' | 'anchorMs'>,
    private readonly book: Book,
  ) {
    this.#pidOf = new Map([...after.values()].map((each) => [each.processId, each.pid]));
    this.#pending = [...pending];
    this.#claims = [...claims];
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
        this.#account(reaper, broughtMs(each), { quietTicks: 0 });
      }
    }
    const claims = gone.flatMap((each) => this.#claimOn(each, heirs.get(each.processId) ?? []));
    this.#inherit(heirs);
    this.#claims.push(...claims);
  }

  /** Whoever gets what a claimant had on its account has the claim with it; one is enough. */
  #inherit(heirs: ReadonlyMap<number, readonly number[]>): void {
    this.#claims = this.#claims.map((claim) => {
      const reapers = claim.reapers.flatMap((each) => heirs.get(each) ?? [each]);
      const once = [...new Set(reapers)];
      for (const each of once) {
        const times = reapers.filter((other) => other === each).length;
        for (let i = 1; i < times; i += 1) this.#release(each, claim);
      }
      return { ...claim, reapers: once };
    });
  }

  /** What others claim of it as well stays a claim of its own. */
  #claimOn(gone: Lifecycle, reapers: readonly number[]): Claim[] {
    if (reapers.length < 2) return [];
    const { processId } = gone;
    const passedOn = this.#claims.filter((each) => each.reapers.includes(processId));
    const cpuMs = Math.max(broughtMs(gone) - sum(passedOn.map((each) => each.cpuMs)), 0);
    const endedBootMs = this.tick.bootMs;
    return [{ processId, cpuMs, guessMs: 0, uncertainMs: 0, reapers, endedBootMs }];
  }

  /** Takes off the account of the others what one of them is known to have got. */
  #resolve(): void {
    const { bootMs } = this.tick;
    this.#claims = this.#claims.filter((claim) => {
      if (claim.endedBootMs === bootMs) return true;
      const holders = claim.reapers.filter((each) => this.#isHeldBy(each, claim));
      if (holders.length !== 1) return bootMs - claim.endedBootMs < MAX_SETTLING_MS;
      for (const each of claim.reapers) if (each !== holders[0]) this.#release(each, claim);
      return false;
    });
  }

  #isHeldBy(processId: number, claim: Claim): boolean {
    const reaper = this.after.get(this.#pidOf.get(processId) ?? -1);
    return reaper !== undefined && holds(reaper, claim);
  }

  #release(processId: number, { cpuMs, guessMs }: Claim): void {
    this.#account(processId, -cpuMs, { guessedMs: -guessMs });
  }

  /**
   * The same for a recorder that has ended, which nobody followed, and for its helper, which may have
   * outlived it and gone to who adopts orphans. What does not arrive is taken off again.
   */
  bringRecorder(ended: EndedRecorder, before: ByPid): void {
    const ofHelper = reapersOf({ ppid: INIT_PID }, before, this.after);
    for (const reaper of new Set([...reapersOf(ended, before, this.after), ...ofHelper])) {
      this.#account(reaper, ended.cpuMs, { quietTicks: 0 });
    }
  }

  /**
   * Takes what everybody has reaped so far as accounted for: children were left out, so nothing can be
   * said of it.
   */
  forgive(): void {
    this.#claims = [];
    for (const lifecycle of [...this.after.values()]) {
      const { condition, accountedMs, reaped } = lifecycle;
      if (condition !== 'alive' || accountedMs >= reaped.highMs) continue;
      this.#keep({ ...lifecycle, accountedMs: reaped.highMs, guessedMs: 0 });
    }
  }

  /** Holds what every process has reaped against its children, and settles these where that tells enough. */
  reconcile(): void {
    // Who has several possible reapers is on the account of each before these are looked at.
    this.#settleAsGuessed(
      this.#pending.filter((each) => this.#mustSettle(each) && each.reapers.length > 1),
    );
    this.#resolve();
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
    return { pending: this.#pending, claims: this.#claims };
  }

  /** Settles everything as guessed, when no further sample will come. */
  settleAll(): void {
    this.#settleAsGuessed(this.#pending);
  }

  #mustSettle({ lifecycle, reapers, endedBootMs }: Pending): boolean {
    const ageMs = this.tick.bootMs - endedBootMs;
    const willBeReaped = this.#pidOf.has(lifecycle.processId);
    return ageMs >= MAX_SETTLING_MS || (reapers.length !== 1 && ageMs > 0 && !willBeReaped);
  }

  #settleAsGuessed(pending: readonly Pending[]): void {
    this.#complete(
      pending,
      pending.map((each) => each.guessMs),
      pending.map(uncertaintyMs),
    );
    for (const { reapers, guessMs } of pending) {
      for (const reaper of reapers) this.#account(reaper, guessMs, { guessedMs: guessMs });
    }
    const settled = new Map(pending.map((each) => [each.lifecycle.processId, each]));
    this.#claims = this.#claims.map((claim) => {
      const each = settled.get(claim.processId);
      if (each === undefined) return claim;
      const { guessMs } = each;
      return { ...claim, cpuMs: claim.cpuMs + guessMs, guessMs, uncertainMs: uncertaintyMs(each) };
    });
  }

  #complete(
    pending: readonly Pending[],
    beyondMs: readonly number[],
    uncertainMs: readonly number[],
  ): void {
    pending.forEach((each, i) => {
      const lifecycle = completePending(each, beyondMs[i] ?? 0, uncertainMs[i] ?? 0, this.book);
      // A zombie is still there, and brings what is charged to whoever waits for it one day.
      if (this.#pidOf.has(lifecycle.processId)) this.#keep(lifecycle);
    });
    const settled = new Set(pending);
    this.#pending = this.#pending.filter((each) => !settled.has(each));
  }

  #account(
    processId: number,
    cpuMs: number,
    { guessedMs = 0, quietTicks }: { guessedMs?: number; quietTicks?: number } = {},
  ): void {
    const reaper = this.after.get(this.#pidOf.get(processId) ?? -1);
    if (reaper === undefined) return;
    this.#keep({
      ...reaper,
      accountedMs: Math.max(reaper.accountedMs + cpuMs, 0),
      guessedMs: Math.max(reaper.guessedMs + guessedMs, 0),
      quietTicks: quietTicks ?? reaper.quietTicks,
    });
  }

  #keep(lifecycle: Lifecycle): void {
    this.after.set(lifecycle.pid, lifecycle);
    this.book.lifecycle(lifecycle);
  }

  /** What it has reaped is the whole of what its ended children used: a constraint on their sum, not on each. */
  #reconcileQuiet(reaper: Lifecycle, children: readonly Pending[]): void {
    const { reapedBefore, accountedMs, guessedMs } = reaper;
    const isSettled =
      reapedBefore.lowMs <= accountedMs && accountedMs - guessedMs <= reapedBefore.highMs;
    if (children.length === 0 && isSettled) return;
    const room = {
      lowMs: reapedBefore.lowMs - accountedMs,
      highMs: reapedBefore.highMs - accountedMs,
    };
    // Less than what is certain of them: others have waited for them, or nobody (SIGCHLD is ignored).
    const hasArrived = room.highMs + guessedMs >= 0;
    const shares = hasArrived ? shareOut(children, room) : children.map((each) => each.guessMs);
    const alone = children.map(uncertaintyMs);
    this.#complete(children, shares, hasArrived ? withinRoom(alone, room) : alone);
    const arrivedMs = hasArrived ? sum(shares) : 0;
    // What was charged beyond the certain stays on the account even where it turns out too much: it is
    // owed, and made good by what is unseen later. Only what is certain and has not arrived is taken off.
    const certainMs = Math.min(accountedMs - guessedMs, reapedBefore.highMs);
    if (certainMs < accountedMs - guessedMs) this.#withoutClaims(reaper);
    const nowMs = certainMs + guessedMs + arrivedMs;
    const owedMs = Math.min(guessedMs + arrivedMs, Math.max(0, nowMs - reapedBefore.lowMs));
    const settled = { ...reaper, guessedMs: owedMs, accountedMs: nowMs };
    this.#chargeUnseen(settled, reapedBefore.lowMs - nowMs);
  }

  /** What is taken off an account once is not to be taken off again. */
  #withoutClaims({ processId }: Lifecycle): void {
    this.#claims = this.#claims.map((claim) => ({
      ...claim,
      reapers: claim.reapers.filter((each) => each !== processId),
    }));
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
    const youngBrought = sum(young.map((each) => broughtMs(each.lifecycle)));
    const shares = shareOut(old, {
      lowMs: reapedBefore.lowMs - accountedMs - youngMost,
      highMs: Math.max(reapedBefore.highMs - accountedMs + youngBrought, 0),
    });
    this.#complete(old, shares, old.map(uncertaintyMs));
    const guessedMs = sum(shares);
    this.#keep({
      ...reaper,
      accountedMs: accountedMs + guessedMs,
      guessedMs: reaper.guessedMs + guessedMs,
    });
  }

  #chargeUnseen(reaper: Lifecycle, cpuMs: number): void {
    if (cpuMs <= 0) {
      this.#keep(reaper);
      return;
    }
    const { fromBootMs, toBootMs, estimated } = reaper.reapedBefore;
    // What came before its account or the wall clock changed is in a record that has ended.
    const { slice } = reaper;
    const changedMs = slice.changed ? slice.fromMs : -Infinity;
    const fromMs = Math.max(wallMs(this.tick, fromBootMs), changedMs);
    const stretch = { fromMs, toMs: Math.max(wallMs(this.tick, toBootMs), fromMs + 1), estimated };
    const charged = chargeUnseen(reaper, cpuMs, stretch, this.book);
    this.#keep({ ...charged, accountedMs: reaper.accountedMs + cpuMs });
  }
}
