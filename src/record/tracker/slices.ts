import { QUARTER_HOUR_MS } from '../../shared/units.js';
import type { ChangeSet } from './change-set.js';
import type { Account, CreditRecord, CreditState, Lifecycle, Slice } from './lifecycle.js';
import { piecesByQuarter, type Stretch } from './pieces.js';

/** Whose records these are: a process's own, or those of what no sample showed of its children. */
interface Owner {
  processId: number;
  account: Account;
  unseen: boolean;
}

/** How a record ends. */
interface Close {
  toMs: number;
  state: Exclude<CreditState, 'open'>;
  /** The process is gone, not only the slice. */
  ended?: boolean;
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
  changes: ChangeSet,
): Lifecycle {
  const slice = spend(lifecycle.slice, toOwner(lifecycle), cpuMs, stretch, changes);
  const splits = slice.quarterMs === lifecycle.slice.quarterMs ? lifecycle.splits : 0;
  return { ...lifecycle, slice, splits, chargedMs: lifecycle.chargedMs + cpuMs };
}

/** The same for CPU time of its children that no sample showed. */
export function chargeUnseen(
  lifecycle: Lifecycle,
  cpuMs: number,
  stretch: Stretch,
  changes: ChangeSet,
): Lifecycle {
  const { quarterMs } = lifecycle.slice;
  const open = lifecycle.unseenSlice ?? emptySlice(quarterMs, Math.max(stretch.fromMs, quarterMs));
  const unseenSlice = spend(open, toUnseenOwner(lifecycle), cpuMs, stretch, changes);
  return { ...lifecycle, unseenSlice };
}

/** Ends the open slice with a record, also where there was no CPU time. */
export function closeSlice(lifecycle: Lifecycle, close: Close, changes: ChangeSet): CreditRecord {
  return closeRecord(lifecycle.slice, toOwner(lifecycle), close, changes);
}

/** Ends the open slice as complete; one without CPU time leaves no record. */
export function completeSlice(lifecycle: Lifecycle, toMs: number, changes: ChangeSet): void {
  if (lifecycle.slice.creditId === null) return;
  closeSlice(lifecycle, { toMs, state: 'complete' }, changes);
}

/** Ends the record of what no sample showed, if there is one. */
export function closeUnseen(lifecycle: Lifecycle, toMs: number, changes: ChangeSet): Lifecycle {
  if (lifecycle.unseenSlice === null) return lifecycle;
  const { unseenSlice } = lifecycle;
  // It is charged a tick late, and may be of the quarter-hour before.
  const endMs = Math.min(toMs, unseenSlice.quarterMs + QUARTER_HOUR_MS);
  const close = { toMs: endMs, state: 'complete' } as const;
  closeRecord(unseenSlice, toUnseenOwner(lifecycle), close, changes);
  return { ...lifecycle, unseenSlice: null };
}

/** Gives a lifecycle that was first seen in this slice to another account, as if it had been there from the start. */
export function relabel(lifecycle: Lifecycle, account: Account, changes: ChangeSet): Lifecycle {
  const { slice, account: before } = lifecycle;
  changes.addUsage(slice.quarterMs, before, { cpuMs: -slice.cpuMs, started: -1 });
  changes.addUsage(slice.quarterMs, account, { cpuMs: slice.cpuMs, started: 1 });
  const next = { ...lifecycle, account };
  return slice.creditId === null
    ? next
    : { ...next, slice: writeSlice(slice, toOwner(next), changes) };
}

/** Adds to a record that is not complete what was learnt later; in the quarter-hour that it is in. */
export function addToRecord(
  record: CreditRecord,
  cpuMs: number,
  quarterMs: number,
  changes: ChangeSet,
): CreditRecord {
  if (cpuMs === 0) return record;
  changes.addUsage(quarterMs, record.account, { cpuMs });
  return { ...record, cpuMs: record.cpuMs + cpuMs };
}

function toOwner({ processId, account }: Lifecycle): Owner {
  return { processId, account, unseen: false };
}

function toUnseenOwner({ processId, account }: Lifecycle): Owner {
  return { processId, account: { ...account, command: UNSEEN_COMMAND }, unseen: true };
}

function spend(
  open: Slice,
  owner: Owner,
  cpuMs: number,
  stretch: Stretch,
  changes: ChangeSet,
): Slice {
  if (cpuMs === 0 && stretch.fromMs === stretch.toMs) return open;
  const pieces = piecesByQuarter(stretch.fromMs, stretch.toMs, cpuMs);
  return pieces.reduce<Slice>((before, piece) => {
    const current =
      piece.quarterMs === before.quarterMs ? before : nextQuarter(before, owner, piece, changes);
    const slice: Slice = {
      creditId: current.creditId,
      quarterMs: current.quarterMs,
      fromMs: current.fromMs,
      toMs: piece.toMs,
      cpuMs: current.cpuMs + piece.cpuMs,
      changed: current.changed,
      estimated: current.estimated || (stretch.estimated && piece.cpuMs > 0),
    };
    if (piece.cpuMs === 0) return slice;
    const unseenCpuMs = owner.unseen ? piece.cpuMs : 0;
    changes.addUsage(slice.quarterMs, owner.account, { cpuMs: piece.cpuMs, unseenCpuMs });
    return writeSlice(slice, owner, changes);
  }, open);
}

function nextQuarter(
  slice: Slice,
  owner: Owner,
  piece: { quarterMs: number; fromMs: number },
  changes: ChangeSet,
): Slice {
  if (slice.creditId !== null) {
    const close = { toMs: slice.quarterMs + QUARTER_HOUR_MS, state: 'complete' } as const;
    closeRecord(slice, owner, close, changes);
  }
  return emptySlice(piece.quarterMs, Math.max(piece.fromMs, piece.quarterMs));
}

function closeRecord(
  slice: Slice,
  owner: Owner,
  { toMs, state, ended = false }: Close,
  changes: ChangeSet,
): CreditRecord {
  const closed = { ...slice, toMs: Math.max(toMs, slice.fromMs + 1) };
  const creditId = slice.creditId ?? changes.newCreditId();
  const record = { ...toRecord(closed, creditId, owner, state), ended };
  changes.writeCredit(record);
  return record;
}

function writeSlice(slice: Slice, owner: Owner, changes: ChangeSet): Slice {
  const creditId = slice.creditId ?? changes.newCreditId();
  changes.writeCredit(toRecord(slice, creditId, owner, 'open'));
  return slice.creditId === null ? { ...slice, creditId } : slice;
}

function toRecord(
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
