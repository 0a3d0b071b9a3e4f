import type { Pending } from './end.js';
import type { Lifecycle } from './lifecycle.js';
import { ancestorsOf, type ByPid, INIT_PID } from './reapers.js';

/**
 * Who may have waited for children whose CPU time is not on its account yet: of those that went before, and of those
 * that are gone now.
 *
 * @returns their process ids
 */
export function unsettledReapers(
  known: ByPid,
  pending: readonly Pending[],
  isGone: (lifecycle: Lifecycle) => boolean,
): ReadonlySet<number> {
  const ids = new Set(pending.flatMap(({ reapers }) => reapers));
  const init = known.get(INIT_PID);
  for (const lifecycle of known.values()) {
    if (!isGone(lifecycle)) continue;
    for (const each of ancestorsOf(lifecycle, known)) ids.add(each.processId);
    if (init !== undefined) ids.add(init.processId);
  }
  return ids;
}
