import { quarterOf } from '../../shared/units.js';
import { Book, type TickChanges } from './book.js';
import type { Lifecycle } from './lifecycle.js';
import { emptySlice } from './slices.js';
import type { TrackerState } from './state.js';

/**
 * What goes on in a new journal where the one before can't be written any more. What was charged is in
 * that one's records and becomes prior CPU time here, so that both together hold everything once; what
 * was settling there stays as it is. Numbers go on, so that none means two things in both.
 *
 * @param before as of the last tick that is in the journal before
 */
export function beginAnew(before: TrackerState): { state: TrackerState; changes: TickChanges } {
  const book = new Book(before.next, before.seenCommands);
  const lifecycles = new Map<number, Lifecycle>();
  for (const [pid, lifecycle] of before.lifecycles) {
    const next = {
      ...withNothingCharged(lifecycle, before.anchorMs),
      processId: book.newProcessId(),
    };
    lifecycles.set(pid, next);
    book.lifecycle(next);
    const { condition, account, slice } = next;
    if (condition === 'alive') {
      // One that was seen once may turn out to be another's: it is moved there as one that started.
      const count = next.sampledTwice ? { takenOver: 1 } : { started: 1 };
      book.usage(slice.quarterMs, account, count);
    } else {
      book.end(next, { endedMs: slice.toMs, reason: condition });
    }
  }
  const { changes, next } = book.close();
  return { state: { ...before, lifecycles, pending: [], claims: [], next }, changes };
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
        ? emptySlice(quarterOf(fromMs), fromMs)
        : { ...slice, creditId: null, cpuMs: 0 },
    unseenSlice: null,
  };
}
