import type { Book } from './book.js';
import { bestCpuMs } from './estimate.js';
import type { CreditRecord, EndReason, Lifecycle } from './lifecycle.js';
import { charge, closeSlice } from './slices.js';

export interface Ending {
  reason: EndReason;
  /** Wall time, in ms since 1970. */
  endedMs: number;
  /** How long it probably lived on after its last sample. */
  tailMs: number;
  book: Book;
  settling: CreditRecord[];
}

/**
 * Ends a process: charges the best value of its CPU time where only what was certain had been charged,
 * adds the tail at the rate it had last, and leaves its last record settling.
 */
export function endLifecycle(lifecycle: Lifecycle, ending: Ending): Lifecycle {
  const { book, endedMs, tailMs, reason } = ending;
  const usedMs = bestCpuMs(lifecycle.cpu) + Math.round(lifecycle.rate * tailMs);
  const owedMs = Math.max(0, usedMs - lifecycle.priorCpuMs - lifecycle.chargedMs);
  const fromMs = endedMs - Math.round(tailMs);
  const charged = charge(lifecycle, owedMs, { fromMs, toMs: endedMs, estimated: false }, book);
  const credit = closeSlice(charged, endedMs, 'settling', book, { ended: true, always: true });
  if (credit !== undefined) ending.settling.push(credit);
  const condition = reason === 'zombie' ? 'zombie' : charged.condition;
  const ended: Lifecycle = {
    ...charged,
    condition,
    slice: { ...charged.slice, creditId: null, cpuMs: 0 },
  };
  book.end(ended, { endedMs, reason });
  return ended;
}
