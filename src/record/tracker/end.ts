import { quarterOf } from '../../shared/units.js';
import type { Book } from './book.js';
import { middleMs } from './interval.js';
import type { Account, CreditRecord, EndReason, Lifecycle } from './lifecycle.js';
import {
  addToRecord,
  charge,
  chargeUnseen,
  closeSlice,
  closeUnseen,
  type Stretch,
} from './slices.js';

/** What the kernel cuts off a process's user and its system time, together, at the most. */
const MAX_CUT_OFF_MS = 20;

/**
 * A record settles no longer than this, also where its reaper's children come and go so often that no
 * tick is without one.
 */
export const MAX_SETTLING_MS = 8_000;

/** What a process that is gone may have used, as long as whoever reaped it may tell more of its last moments. */
export type Pending = PendingOwn | PendingUnseen;

/** Its own CPU time. */
interface PendingOwn extends Beyond {
  kind: 'own';
  /** Its last record, settling. */
  record: CreditRecord;
  /** The quarter-hour that its last record counts in. */
  quarterMs: number;
}

/** What it may have reaped after its last sample, of children that no sample showed. */
interface PendingUnseen extends Beyond {
  kind: 'unseen';
  /** From its last sample to its end. */
  stretch: Stretch;
}

interface Beyond {
  /** As it ended; what is known for certain is charged. */
  lifecycle: Lifecycle;
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
 * known what its reaper saw. What was unseen of its children stays open, but for a zombie's.
 */
export function endLifecycle(
  lifecycle: Lifecycle,
  ending: Ending,
): { ended: Lifecycle; pending: Pending[] } {
  const { book, endedMs, reason, bootMs } = ending;
  // From its last sample on: a quarter-hour may have begun since, though it was known to be there.
  const fromMs = Math.min(lifecycle.slice.toMs, endedMs - Math.round(ending.tailMs));
  const stretch = { fromMs, toMs: endedMs, estimated: false };
  const closed = reason === 'zombie' ? closeUnseen(lifecycle, endedMs, book) : lifecycle;
  const charged = charge(closed, 0, stretch, book);
  const record = closeSlice(charged, endedMs, 'settling', book, { ended: true });
  const condition = reason === 'zombie' ? 'zombie' : charged.condition;
  const ended: Lifecycle = {
    ...charged,
    condition,
    slice: { ...charged.slice, creditId: null, cpuMs: 0 },
  };
  book.end(ended, { endedMs, reason });
  const { quarterMs } = charged.slice;
  const common = { lifecycle: ended, reapers: [], endedBootMs: bootMs };
  const own: Pending = {
    kind: 'own',
    ...common,
    record,
    quarterMs,
    ...beyondCharged(lifecycle, ending),
  };
  // Who has shown nothing of children is not taken to have had any.
  if (lifecycle.reaped.lowMs === 0) return { ended, pending: [own] };
  const unseenMs = mostUnseenMs(lifecycle, ending);
  // All that is unseen of it may be its parent's as well: nothing of it is taken for granted.
  const [guessMs, mostMs] = [0, unseenMs];
  const beyond = { guessMs, mostMs, utmostMs: mostMs, uncertainMs: mostMs };
  // What was unseen before may end with a record of a millisecond at the last sample.
  const sampledMs = endedMs - Math.round(ending.tailMs) + 1;
  const after = { fromMs: sampledMs, toMs: Math.max(endedMs, sampledMs + 1), estimated: false };
  return { ended, pending: [own, { kind: 'unseen', ...common, stretch: after, ...beyond }] };
}

/** What is pending of a zombie, whose CPU time is final, now that one more sample tells it closer. */
export function seeZombieAgain(pending: Pending, zombie: Lifecycle): Pending {
  if (pending.kind === 'unseen') return pending;
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
  const { lifecycle } = pending;
  if (pending.kind === 'unseen') {
    const { stretch } = pending;
    const { quarterMs, account } = chargedTo(pending);
    book.usage(quarterMs, account, { uncertainMs });
    if (beyondMs === 0) return lifecycle;
    const ended = { ...lifecycle, unseenSlice: null };
    return closeUnseen(chargeUnseen(ended, beyondMs, stretch, book), stretch.toMs, book);
  }
  const record = addToRecord(pending.record, beyondMs, pending.quarterMs, book);
  book.usage(pending.quarterMs, record.account, { uncertainMs });
  book.credit({ ...record, state: 'complete' });
  if (beyondMs === 0) return lifecycle;
  const corrected = { ...lifecycle, chargedMs: lifecycle.chargedMs + beyondMs };
  book.correct(corrected);
  return corrected;
}

/** The quarter-hour and the account that it is charged to. */
export function chargedTo(pending: Pending): { quarterMs: number; account: Account } {
  return pending.kind === 'own'
    ? { quarterMs: pending.quarterMs, account: pending.record.account }
    : { quarterMs: quarterOf(pending.stretch.toMs - 1), account: pending.lifecycle.account };
}

/** It may have gone on to reap as much as before. */
function mostUnseenMs({ reaped, sampledBootMs, narrowStart }: Lifecycle, ending: Ending): number {
  const lifetimeMs = Math.max(sampledBootMs - middleMs(narrowStart), 1);
  const rate = middleMs(reaped) / lifetimeMs;
  const mostRate = ending.reason === 'lost' ? rate : Math.max(1, rate);
  return Math.round(mostRate * ending.mostTailMs);
}

function beyondCharged(
  lifecycle: Lifecycle,
  ending: Pick<Ending, 'reason' | 'tailMs' | 'mostTailMs' | 'unsampledMs'>,
): Pick<Beyond, 'guessMs' | 'mostMs' | 'utmostMs' | 'uncertainMs'> {
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
