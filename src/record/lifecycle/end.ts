import type { Book } from './book.js';
import { middleMs } from './interval.js';
import type { CreditRecord, EndReason, Lifecycle } from './lifecycle.js';
import { addToRecord, charge, closeSlice, closeUnseen } from './slices.js';

/** What the kernel cuts off a process's user and its system time, together, at the most. */
const MAX_CUT_OFF_MS = 20;

/** A process that is gone, as long as whoever reaped it may tell more of its last moments. */
export interface Pending {
  /** As it ended; what is known for certain is charged. */
  lifecycle: Lifecycle;
  /** Its last record, settling. */
  record: CreditRecord;
  /** The quarter-hour that its last record counts in. */
  quarterMs: number;
  /** What it used beyond that: the best guess, the most that is plausible, and the most there can be. */
  guessMs: number;
  mostMs: number;
  utmostMs: number;
  /** By how much the guess may be off, either way, in ms. */
  uncertainMs: number;
  /** Process ids of those that may have reaped it. */
  reapers: readonly number[];
  endedBootMs: number;
}

export interface Ending {
  reason: EndReason;
  /** Wall time, in ms since 1970. */
  endedMs: number;
  /** How long it probably lived on after its last sample, and at the most. */
  tailMs: number;
  mostTailMs: number;
  /** How long ago its last sample is; longer than it may have lived on where it was known to be there since. */
  unsampledMs: number;
  bootMs: number;
  book: Book;
}

/**
 * Ends a process and leaves its last record settling: only what is certain is charged until it is
 * known what its reaper saw.
 */
export function endLifecycle(
  lifecycle: Lifecycle,
  ending: Ending,
): { ended: Lifecycle; pending: Pending } {
  const { book, endedMs, reason, bootMs } = ending;
  // From its last sample on: a quarter-hour may have begun since, though it was known to be there.
  const fromMs = Math.min(lifecycle.slice.toMs, endedMs - Math.round(ending.tailMs));
  const stretch = { fromMs, toMs: endedMs, estimated: false };
  const charged = charge(closeUnseen(lifecycle, endedMs, book), 0, stretch, book);
  const record = closeSlice(charged, endedMs, 'settling', book, { ended: true });
  const condition = reason === 'zombie' ? 'zombie' : charged.condition;
  const ended: Lifecycle = {
    ...charged,
    condition,
    slice: { ...charged.slice, creditId: null, cpuMs: 0 },
  };
  book.end(ended, { endedMs, reason });
  const { quarterMs } = charged.slice;
  const beyond = beyondCharged(lifecycle, ending);
  return {
    ended,
    pending: { lifecycle: ended, record, quarterMs, ...beyond, reapers: [], endedBootMs: bootMs },
  };
}

/** What is pending of a zombie, whose CPU time is final, now that one more sample tells it closer. */
export function seeZombieAgain(pending: Pending, zombie: Lifecycle): Pending {
  const noTail = { reason: 'zombie', tailMs: 0, mostTailMs: 0, unsampledMs: 0 } as const;
  return { ...pending, lifecycle: zombie, ...beyondCharged(zombie, noTail) };
}

/**
 * Completes the record of a process that is gone.
 *
 * @param beyondMs what it used beyond what was charged
 * @param uncertainMs by how much that may be off, either way
 */
export function completePending(
  pending: Pending,
  beyondMs: number,
  uncertainMs: number,
  book: Book,
): Lifecycle {
  const record = addToRecord(pending.record, beyondMs, pending.quarterMs, book);
  book.usage(pending.quarterMs, record.account, { uncertainMs });
  book.credit({ ...record, state: 'complete' });
  const { lifecycle } = pending;
  if (beyondMs === 0) return lifecycle;
  const corrected = { ...lifecycle, chargedMs: lifecycle.chargedMs + beyondMs };
  book.correct(corrected);
  return corrected;
}

function beyondCharged(
  lifecycle: Lifecycle,
  ending: Pick<Ending, 'reason' | 'tailMs' | 'mostTailMs' | 'unsampledMs'>,
): Pick<Pending, 'guessMs' | 'mostMs' | 'utmostMs' | 'uncertainMs'> {
  const { tailMs, mostTailMs, unsampledMs, reason } = ending;
  const chargedMs = lifecycle.priorCpuMs + lifecycle.chargedMs;
  const usedMs = lifecycle.cpu.bestMs + Math.round(lifecycle.rate * tailMs);
  const guessMs = Math.max(0, usedMs - chargedMs);
  const mostRate = reason === 'lost' ? lifetimeRate(lifecycle) : Math.max(1, lifecycle.rate);
  const shownMs = lifecycle.cpu.highMs + MAX_CUT_OFF_MS - chargedMs;
  const mostMs = Math.max(guessMs, shownMs + Math.round(mostRate * mostTailMs));
  const utmostMs = Math.max(mostMs, shownMs + Math.round(mostRate * unsampledMs));
  const uncertainMs = Math.max(guessMs, utmostMs - guessMs);
  // Beside forks that no sample saw one that was seen once gets no more than its guess: the rest is theirs.
  return lifecycle.sampledTwice || reason === 'zombie'
    ? { guessMs, mostMs, utmostMs, uncertainMs }
    : { guessMs, mostMs: guessMs, utmostMs: guessMs, uncertainMs };
}

function lifetimeRate({ cpu, sampledBootMs, narrowStart }: Lifecycle): number {
  return cpu.bestMs / Math.max(sampledBootMs - middleMs(narrowStart), 1);
}
