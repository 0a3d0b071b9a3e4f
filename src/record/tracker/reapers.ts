import type { Lifecycle } from './lifecycle.js';

/** Adopts orphans, unless a subreaper does. */
export const INIT_PID = 1;

/** Followed processes by pid. */
export type ByPid = ReadonlyMap<number, Lifecycle>;

/**
 * Who may have waited for a process: its parent; where that is gone too, the nearest ancestor that is
 * still there, through whom its time comes, or who adopts orphans: pid 1, or a subreaper, which any
 * ancestor may be. A zombie waits for nobody any more, but may have before.
 *
 * @param before followed processes at the tick before, and `after` at this one
 * @returns their process ids; empty where none of them is followed
 */
export function reapersOf(gone: Pick<Lifecycle, 'ppid'>, before: ByPid, after: ByPid): number[] {
  const parent = before.get(gone.ppid);
  const [nearest, ...further] = livingAncestorsOf(gone, before, after);
  const isOrphan = nearest?.condition === 'zombie' || nearest?.processId !== parent?.processId;
  const adopters = isOrphan ? adopting(further, after) : [];
  return processIdsOf([...(nearest === undefined ? [] : [nearest]), ...adopters]);
}

/**
 * Who may have adopted a process: pid 1, or a subreaper, which any ancestor that is still there may be.
 *
 * @returns their process ids; zombies and those that left the selection are none of them
 */
export function adoptersOf(orphan: Pick<Lifecycle, 'ppid'>, before: ByPid, after: ByPid): number[] {
  return processIdsOf(adopting(livingAncestorsOf(orphan, before, after), after));
}

function adopting(ancestors: readonly Lifecycle[], after: ByPid): Lifecycle[] {
  const init = after.get(INIT_PID);
  const all = init === undefined ? ancestors : [...ancestors, init];
  return all.filter((each) => each.condition !== 'zombie');
}

function processIdsOf(reapers: readonly Lifecycle[]): number[] {
  const followed = reapers.filter((each) => each.condition !== 'unfollowed');
  return [...new Set(followed.map((each) => each.processId))];
}

/** As they are now, the nearest first. */
function livingAncestorsOf(
  process: Pick<Lifecycle, 'ppid'>,
  before: ByPid,
  after: ByPid,
): Lifecycle[] {
  return ancestorsOf(process, before).flatMap((each) => {
    const now = after.get(each.pid);
    return now?.processId === each.processId ? [now] : [];
  });
}

/** From its parent upwards; a loop of parents ends where it closes. */
export function ancestorsOf({ ppid }: Pick<Lifecycle, 'ppid'>, before: ByPid): Lifecycle[] {
  const ancestors = new Set<Lifecycle>();
  let each = before.get(ppid);
  while (each !== undefined && !ancestors.has(each)) {
    ancestors.add(each);
    each = before.get(each.ppid);
  }
  return [...ancestors];
}
