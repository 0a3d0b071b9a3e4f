import type { Book } from './book.js';
import { completePending, type Pending, uncertaintyMs } from './end.js';
import type { Interval } from './interval.js';
import type { Lifecycle } from './lifecycle.js';
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
 * left, through whom its time comes, or who adopts orphans. Empty where none of them is followed.
 */
function reapersOf(gone: Lifecycle, before: ByPid, after: ByPid): number[] {
  const parent = before.get(gone.ppid);
  const line = new Set<Lifecycle>();
  let ancestor = parent;
  while (ancestor !== undefined && !line.has(ancestor) && !isLeft(ancestor, after)) {
    line.add(ancestor);
    ancestor = before.get(ancestor.ppid);
  }
  if (ancestor === undefined || line.has(ancestor)) return [];
  const adopter = ancestor === parent ? undefined : after.get(INIT_PID);
  const candidates = [after.get(ancestor.pid), adopter];
  const followed = candidates.flatMap((each) => (each?.condition === 'alive' ? [each] : []));
  return [...new Set(followed.map((each) => each.processId))];
}

/** A zombie waits for nobody any more. */
function isLeft(lifecycle: Lifecycle, after: ByPid): boolean {
  const now = after.get(lifecycle.pid);
  return now?.processId === lifecycle.processId && now.condition !== 'zombie';
}

/** What comes to whoever waits for a process: its own and its reaped CPU time, also from before it was followed. */
function broughtMs({ priorCpuMs, chargedMs, accountedMs }: Lifecycle): number {
  return priorCpuMs + chargedMs + accountedMs;
}

/**
 * Holds what each process has reaped against what is known of its ended children: settles those, and
 * charges what remains as unseen. Lives as long as one call of the tracker.
 */
export class Reaping {
  readonly #pidOf: ReadonlyMap<number, number>;
  #pending: Pending[];

  /** @param after the processes that are left; reapers among them are replaced by what they become */
  constructor(
    private readonly after: Map<number, Lifecycle>,
    pending: readonly Pending[],
    private readonly tick: Pick<Tick, 'bootMs' | 'anchorMs'>,
    private readonly book: Book,
  ) {
    this.#pidOf = new Map([...after.values()].map((each) => [each.processId, each.pid]));
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
        this.#account(reaper, broughtMs(each), { quietTicks: 0 });
      }
    }
  }

  /** Holds what every process has reaped against its children, and settles these where that tells enough. */
  reconcile(): void {
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
  settle(): Pending[] {
    this.#settleAsGuessed(this.#pending.filter((each) => this.#mustSettle(each)));
    return this.#pending;
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
      accountedMs: reaper.accountedMs + cpuMs,
      guessedMs: reaper.guessedMs + guessedMs,
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
    if (children.length === 0 && isWithin(accountedMs, reapedBefore)) return;
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
    const guessed = { guessedMs: guessedMs + arrivedMs };
    const settled = { ...reaper, ...guessed, accountedMs: certainMs + guessed.guessedMs };
    this.#chargeUnseen(settled, reapedBefore.lowMs - settled.accountedMs);
  }

  /**
   * Children come and go at each tick: those that went last may or may not be in what it has reaped.
   * Only what exceeds all that they can have brought is unseen for certain.
   */
  #reconcileBusy(reaper: Lifecycle, children: readonly Pending[]): void {
    const { reapedBefore, accountedMs } = reaper;
    const most = sum(children.map((each) => each.mostMs));
    const old = children.filter((each) => this.#mustSettle(each));
    if (old.length === 0) {
      const unseenMs = reapedBefore.lowMs - accountedMs - most;
      if (unseenMs > 0) this.#chargeUnseen(reaper, unseenMs);
      return;
    }
    const young = children.filter((each) => !this.#mustSettle(each));
    const youngMost = sum(young.map((each) => each.mostMs));
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
    const stretch = { fromMs, toMs: Math.max(wallMs(this.tick, toBootMs), fromMs), estimated };
    const charged = chargeUnseen(reaper, cpuMs, stretch, this.book);
    this.#keep({ ...charged, accountedMs: reaper.accountedMs + cpuMs });
  }
}

function isWithin(valueMs: number, { lowMs, highMs }: Interval): boolean {
  return lowMs <= valueMs && valueMs <= highMs;
}
