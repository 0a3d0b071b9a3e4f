import { QUARTER_HOUR_MS } from '../../shared/units.js';
import type { Book } from './book.js';
import type { Account, CreditRecord, CreditState, Lifecycle, Slice } from './lifecycle.js';
import { piecesByQuarter } from './pieces.js';

/** A stretch of wall time, in ms since 1970. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  /** It holds a gap: how the CPU time lay in it is not known. */
  estimated: boolean;
}

export function emptySlice(quarterMs: number, fromMs: number, changed = false): Slice {
  return { creditId: null, quarterMs, fromMs, toMs: fromMs, cpuMs: 0, changed, estimated: false };
}

/**
 * Charges CPU time that was used during a stretch: to the open slice, and to a new one for each
 * quarter-hour that has begun since. With no CPU time the slices still move on.
 */
export function charge(
  lifecycle: Lifecycle,
  cpuMs: number,
  stretch: Stretch,
  book: Book,
): Lifecycle {
  const pieces = piecesByQuarter(stretch.fromMs, stretch.toMs, cpuMs);
  return pieces.reduce((charged, piece) => {
    const current =
      piece.quarterMs === charged.slice.quarterMs ? charged : nextQuarter(charged, piece, book);
    const slice: Slice = {
      ...current.slice,
      toMs: piece.toMs,
      cpuMs: current.slice.cpuMs + piece.cpuMs,
      estimated: current.slice.estimated || (stretch.estimated && piece.cpuMs > 0),
    };
    const next = { ...current, slice, chargedMs: current.chargedMs + piece.cpuMs };
    if (piece.cpuMs === 0) return next;
    book.usage(slice.quarterMs, next.account, { cpuMs: piece.cpuMs });
    return written(next, book);
  }, lifecycle);
}

/** Ends the open slice at `toMs`. A slice without CPU time leaves a record only where `always` is set. */
export function closeSlice(
  lifecycle: Lifecycle,
  toMs: number,
  state: Exclude<CreditState, 'open'>,
  book: Book,
  options: { ended?: boolean; always?: boolean } = {},
): CreditRecord | undefined {
  const { slice } = lifecycle;
  if (slice.creditId === null && options.always !== true) return undefined;
  const closed: Lifecycle = {
    ...lifecycle,
    slice: { ...slice, toMs: Math.max(toMs, slice.fromMs + 1) },
  };
  const creditId = slice.creditId ?? book.newCreditId();
  const record = recordOf(closed, creditId, state, options.ended ?? false);
  book.credit(record);
  return record;
}

/** Gives a lifecycle that was first seen in this slice to another account, as if it had been there from the start. */
export function relabel(lifecycle: Lifecycle, account: Account, book: Book): Lifecycle {
  const { slice, account: before } = lifecycle;
  book.usage(slice.quarterMs, before, { cpuMs: -slice.cpuMs, started: -1 });
  book.usage(slice.quarterMs, account, { cpuMs: slice.cpuMs, started: 1 });
  const next = { ...lifecycle, account };
  return slice.creditId === null ? next : written(next, book);
}

function nextQuarter(
  lifecycle: Lifecycle,
  piece: { quarterMs: number; fromMs: number },
  book: Book,
): Lifecycle {
  closeSlice(lifecycle, lifecycle.slice.quarterMs + QUARTER_HOUR_MS, 'complete', book);
  const fromMs = Math.max(piece.fromMs, piece.quarterMs);
  return { ...lifecycle, splits: 0, slice: emptySlice(piece.quarterMs, fromMs) };
}

function written(lifecycle: Lifecycle, book: Book): Lifecycle {
  const creditId = lifecycle.slice.creditId ?? book.newCreditId();
  const next = { ...lifecycle, slice: { ...lifecycle.slice, creditId } };
  book.credit(recordOf(next, creditId, 'open', false));
  return next;
}

function recordOf(
  lifecycle: Lifecycle,
  creditId: number,
  state: CreditState,
  ended: boolean,
): CreditRecord {
  const { processId, account, slice } = lifecycle;
  return {
    creditId,
    processId,
    account,
    fromMs: slice.fromMs,
    toMs: Math.max(slice.toMs, slice.fromMs + 1),
    cpuMs: slice.cpuMs,
    state,
    changed: slice.changed,
    estimated: slice.estimated,
    ended,
    unseen: false,
  };
}
