import type { ChangeSet } from './change-set.js';
import type { Lifecycle } from './lifecycle.js';
import type { Pending } from './pending.js';

/** Adopts orphans, unless a subreaper does. */
export const INIT_PID = 1;

/** Followed processes by pid. */
type ByPid = ReadonlyMap<number, Lifecycle>;

/** CPU time that is put on record for a reaper, or taken off. */
interface Entry {
  cpuMs: number;
  /** The part of it that was charged beyond what was certain. */
  guessedMs?: number;
  /** A child has come or gone. */
  isRestless?: boolean;
}

/**
 * Finds the reapers of ended processes, and keeps the part of each reaper's reaped CPU time that is on record
 * (`accountedMs`). Lives for one call of the tracker.
 */
export class Reapers {
  #pidById: ReadonlyMap<number, number> | undefined;

  /**
   * @param before followed processes at the tick before
   * @param after the same at this one; reapers among them are replaced by what they become
   */
  constructor(
    private readonly before: ByPid,
    private readonly after: Map<number, Lifecycle>,
    private readonly changes: ChangeSet,
  ) {}

  /** All that are left, as they are now. */
  get all(): Lifecycle[] {
    return [...this.after.values()];
  }

  has(processId: number): boolean {
    return this.#pids.has(processId);
  }

  get(processId: number): Lifecycle | undefined {
    const pid = this.#pids.get(processId);
    return pid === undefined ? undefined : this.after.get(pid);
  }

  /** Does nothing where the process is gone. */
  add(processId: number, { cpuMs, guessedMs = 0, isRestless = false }: Entry): void {
    const lifecycle = this.get(processId);
    if (lifecycle === undefined) return;
    this.set({
      ...lifecycle,
      accountedMs: Math.max(lifecycle.accountedMs + cpuMs, 0),
      guessedMs: Math.max(lifecycle.guessedMs + guessedMs, 0),
      quietTicks: isRestless ? 0 : lifecycle.quietTicks,
    });
  }

  set(lifecycle: Lifecycle): void {
    this.after.set(lifecycle.pid, lifecycle);
    this.changes.write(lifecycle);
  }

  /**
   * Which processes may have waited for an ended one: its parent; where that is gone too, the nearest ancestor that
   * still exists, through which its CPU time comes, or an adopter of orphans: pid 1, or a subreaper, which any
   * ancestor may be. A zombie waits for no process any more, but may have before.
   *
   * @returns their process ids; empty where none of them is followed
   */
  find(ended: Pick<Lifecycle, 'ppid'>): number[] {
    const parent = this.before.get(ended.ppid);
    const [nearest, ...further] = this.#livingAncestors(ended);
    const isOrphan = nearest?.condition === 'zombie' || nearest?.processId !== parent?.processId;
    const adopters = isOrphan ? this.#adopters(further) : [];
    return followedIds([...(nearest === undefined ? [] : [nearest]), ...adopters]);
  }

  /**
   * Which processes may have adopted one: pid 1, or a subreaper, which any ancestor that still exists may be.
   *
   * @returns their process ids; without zombies and processes that left the selection
   */
  findAdopters(orphan: Pick<Lifecycle, 'ppid'>): number[] {
    return followedIds(this.#adopters(this.#livingAncestors(orphan)));
  }

  #adopters(ancestors: readonly Lifecycle[]): Lifecycle[] {
    const init = this.after.get(INIT_PID);
    const all = init === undefined ? ancestors : [...ancestors, init];
    return all.filter((each) => each.condition !== 'zombie');
  }

  /** As they are now, the nearest first. */
  #livingAncestors(process: Pick<Lifecycle, 'ppid'>): Lifecycle[] {
    return findAncestors(process, this.before).flatMap((each) => {
      const now = this.after.get(each.pid);
      return now?.processId === each.processId ? [now] : [];
    });
  }

  /** Made when it is needed: at most ticks nothing has ended. */
  get #pids(): ReadonlyMap<number, number> {
    this.#pidById ??= new Map([...this.after.values()].map((each) => [each.processId, each.pid]));
    return this.#pidById;
  }
}

/** All that a process brings to its reaper: its own and its reaped CPU time, also from before it was followed. */
export function broughtMs({ priorCpuMs, chargedMs, accountedMs }: Lifecycle): number {
  return priorCpuMs + chargedMs + accountedMs;
}

/**
 * Processes that may have waited for children whose CPU time is not on record yet: of those that ended before, and of
 * those that are gone now.
 *
 * @returns their process ids
 */
export function findUnsettledReapers(
  known: ByPid,
  pending: readonly Pending[],
  isGone: (lifecycle: Lifecycle) => boolean,
): ReadonlySet<number> {
  const ids = new Set(pending.flatMap(({ reapers }) => reapers));
  const init = known.get(INIT_PID);
  for (const lifecycle of known.values()) {
    if (!isGone(lifecycle)) continue;
    for (const each of findAncestors(lifecycle, known)) ids.add(each.processId);
    if (init !== undefined) ids.add(init.processId);
  }
  return ids;
}

function followedIds(reapers: readonly Lifecycle[]): number[] {
  const followed = reapers.filter((each) => each.condition !== 'unfollowed');
  return [...new Set(followed.map((each) => each.processId))];
}

/** From its parent upwards; a loop of parents ends where it closes. */
function findAncestors({ ppid }: Pick<Lifecycle, 'ppid'>, before: ByPid): Lifecycle[] {
  const ancestors = new Set<Lifecycle>();
  let each = before.get(ppid);
  while (each !== undefined && !ancestors.has(each)) {
    ancestors.add(each);
    each = before.get(each.ppid);
  }
  return [...ancestors];
}
