import type { Lifecycle } from './lifecycle.js';

/** Adopts orphans, unless a subreaper does. */
export const INIT_PID = 1;

/** Followed processes by pid. */
export type ByPid = ReadonlyMap<number, Lifecycle>;

/**
 * Who may have waited for a process: its parent; where that is gone too, the nearest ancestor that is
 * still there, through whom its time comes, or who adopts orphans: pid 1, or a subreaper, which any
 * ancestor may be. A zombie waits for nobody any more, but may have before. Empty where none of them
 * is followed.
 */
export function reapersOf(gone: Pick<Lifecycle, 'ppid'>, before: ByPid, after: ByPid): number[] {
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
