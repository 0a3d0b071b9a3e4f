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

/** Whose records these are: a process's own, or those of what no sample showed of its children. */
interface Owner {
  processId: number;
  account: Account;
  unseen: boolean;
}

/** The command of records that hold what no sample showed. */
const UNSEEN_COMMAND = '(unseen)';

export function emptySlice(quarterMs: number, fromMs: number, changed = false): Slice {
  return { creditId: null, quarterMs, fromMs, toMs: fromMs, cpuMs: 0, changed, estimated: false };
}

/**
 * Charges a process CPU time that was used during a stretch: to the open slice, and to a new one for
 * each quarter-hour that has begun since. With no CPU time the slices still move on.
 */
export function charge(
  lifecycle: Lifecycle,
  cpuMs: number,
  stretch: Stretch,
  book: Book,
): Lifecycle {
  const slice = spend(lifecycle.slice, ownerOf(lifecycle), cpuMs, stretch, book);
  const splits = slice.quarterMs === lifecycle.slice.quarterMs ? lifecycle.splits : 0;
  return { ...lifecycle, slice, splits, chargedMs: lifecycle.chargedMs + cpuMs };
}

/** The same for CPU time of its children that no sample showed. */
export function chargeUnseen(
  lifecycle: Lifecycle,
  cpuMs: number,
  stretch: Stretch,
  book: Book,
): Lifecycle {
  const { quarterMs } = lifecycle.slice;
  const open = lifecycle.unseenSlice ?? emptySlice(quarterMs, Math.max(stretch.fromMs, quarterMs));
  const unseenSlice = spend(open, unseenOwnerOf(lifecycle), cpuMs, stretch, book);
  return { ...lifecycle, unseenSlice };
}

/** Ends the open slice at `toMs`, with a record also where there was no CPU time. */
export function closeSlice(
  lifecycle: Lifecycle,
  toMs: number,
  state: Exclude<CreditState, 'open'>,
  book: Book,
  options: { ended?: boolean } = {},
): CreditRecord {
  return close(lifecycle.slice, ownerOf(lifecycle), toMs, state, book, options.ended ?? false);
}

/** Ends the open slice as complete; one without CPU time leaves no record. */
export function completeSlice(lifecycle: Lifecycle, toMs: number, book: Book): void {
  if (lifecycle.slice.creditId !== null) closeSlice(lifecycle, toMs, 'complete', book);
}

/** Ends the record of what no sample showed, if there is one. */
export function closeUnseen(lifecycle: Lifecycle, toMs: number, book: Book): Lifecycle {
  if (lifecycle.unseenSlice === null) return lifecycle;
  const { unseenSlice } = lifecycle;
  // It is charged a tick late, and may be of the quarter-hour before.
  const endMs = Math.min(toMs, unseenSlice.quarterMs + QUARTER_HOUR_MS);
  close(unseenSlice, unseenOwnerOf(lifecycle), endMs, 'complete', book);
  return { ...lifecycle, unseenSlice: null };
}

/** Gives a lifecycle that was first seen in this slice to another account, as if it had been there from the start. */
export function relabel(lifecycle: Lifecycle, account: Account, book: Book): Lifecycle {
  const { slice, account: before } = lifecycle;
  book.usage(slice.quarterMs, before, { cpuMs: -slice.cpuMs, started: -1 });
  book.usage(slice.quarterMs, account, { cpuMs: slice.cpuMs, started: 1 });
  const next = { ...lifecycle, account };
  return slice.creditId === null ? next : { ...next, slice: written(slice, ownerOf(next), book) };
}

/** Adds to a record that is not complete what was learnt of it later; in the quarter-hour that it is in. */
export function addToRecord(
  record: CreditRecord,
  cpuMs: number,
  quarterMs: number,
  book: Book,
): CreditRecord {
  if (cpuMs === 0) return record;
  book.usage(quarterMs, record.account, { cpuMs });
  return { ...record, cpuMs: record.cpuMs + cpuMs };
}

function ownerOf({ processId, account }: Lifecycle): Owner {
  return { processId, account, unseen: false };
}

function unseenOwnerOf({ processId, account }: Lifecycle): Owner {
  return { processId, account: { ...account, command: UNSEEN_COMMAND }, unseen: true };
}

function spend(open: Slice, owner: Owner, cpuMs: number, stretch: Stretch, book: Book): Slice {
  if (cpuMs === 0 && stretch.fromMs === stretch.toMs) return open;
  const pieces = piecesByQuarter(stretch.fromMs, stretch.toMs, cpuMs);
  return pieces.reduce<Slice>((before, piece) => {
    const current =
      piece.quarterMs === before.quarterMs ? before : nextQuarter(before, owner, piece, book);
    const slice: Slice = {
      ...current,
      toMs: piece.toMs,
      cpuMs: current.cpuMs + piece.cpuMs,
      estimated: current.estimated || (stretch.estimated && piece.cpuMs > 0),
    };
    if (piece.cpuMs === 0) return slice;
    const unseenCpuMs = owner.unseen ? piece.cpuMs : 0;
    book.usage(slice.quarterMs, owner.account, { cpuMs: piece.cpuMs, unseenCpuMs });
    return written(slice, owner, book);
  }, open);
}

function nextQuarter(
  slice: Slice,
  owner: Owner,
  piece: { quarterMs: number; fromMs: number },
  book: Book,
): Slice {
  if (slice.creditId !== null) {
    close(slice, owner, slice.quarterMs + QUARTER_HOUR_MS, 'complete', book);
  }
  return emptySlice(piece.quarterMs, Math.max(piece.fromMs, piece.quarterMs));
}

function close(
  slice: Slice,
  owner: Owner,
  toMs: number,
  state: Exclude<CreditState, 'open'>,
  book: Book,
  ended = false,
): CreditRecord {
  const closed = { ...slice, toMs: Math.max(toMs, slice.fromMs + 1) };
  const record = recordOf(closed, slice.creditId ?? book.newCreditId(), owner, state);
  const final = { ...record, ended };
  book.credit(final);
  return final;
}

function written(slice: Slice, owner: Owner, book: Book): Slice {
  const creditId = slice.creditId ?? book.newCreditId();
  book.credit(recordOf(slice, creditId, owner, 'open'));
  return { ...slice, creditId };
}

function recordOf(
  slice: Slice,
  creditId: number,
  { processId, account, unseen }: Owner,
  state: CreditState,
): CreditRecord {
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
    ended: false,
    unseen,
  };
}
