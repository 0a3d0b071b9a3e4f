import { startOfQuarter } from '../../shared/units.js';
import { ChangeSet, type TickChanges } from './change-set.js';
import type { Lifecycle } from './lifecycle.js';
import { emptySlice } from './slices.js';
import type { TrackerState } from './state.js';

/**
 * Continues in a new journal where the old one can't be written any more. What was charged is in the old one's
 * records and becomes prior CPU time here, so that both together hold everything once; what was settling there stays
 * as it is. Numbers continue, so that none means two things in both.
 *
 * @param before as of the last tick in the old journal
 */
export function resetTracker(before: TrackerState): { state: TrackerState; changes: TickChanges } {
  const changeSet = new ChangeSet({ ...before, pending: [] });
  const lifecycles = new Map<number, Lifecycle>();
  for (const [pid, lifecycle] of before.lifecycles) {
    const next = {
      ...withNothingCharged(lifecycle, before.anchorMs),
      processId: changeSet.newProcessId(),
    };
    lifecycles.set(pid, next);
    changeSet.write(next);
    const { condition, account, slice } = next;
    if (condition === 'alive') {
      // One that was seen once may turn out to be another's: it is moved there as one that started.
      const count = next.sampledTwice ? { takenOver: 1 } : { started: 1 };
      changeSet.addUsage(slice.quarterMs, account, count);
    } else {
      changeSet.end(next, { endedMs: slice.toMs, reason: condition });
    }
  }
  const { changes, carried } = changeSet.close();
  return { state: { ...before, lifecycles, claims: [], ...carried }, changes };
}

function withNothingCharged(lifecycle: Lifecycle, anchorMs: number): Lifecycle {
  const { priorCpuMs, chargedMs, condition, slice, sampledBootMs } = lifecycle;
  const fromMs = anchorMs + sampledBootMs;
  return {
    ...lifecycle,
    priorCpuMs: priorCpuMs + chargedMs,
    chargedMs: 0,
    unresolved: [],
    slice:
      condition === 'alive'
        ? emptySlice(startOfQuarter(fromMs), fromMs)
        : { ...slice, creditId: null, cpuMs: 0 },
    unseenSlice: null,
  };
}
