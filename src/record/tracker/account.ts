import { quarterOf } from '../../shared/units.js';
import type { Sample } from '../ps/sample.js';
import { foldName } from './program-name.js';
import type { Book } from './book.js';
import type { Account, Lifecycle } from './lifecycle.js';
import { OTHER_COMMANDS } from './name-bound.js';
import { closeSlice, closeUnseen, completeSlice, emptySlice, relabel } from './slices.js';
import { type Tick, wallMs } from './tick.js';

/**
 * Changes of account that make records of their own in one quarter-hour; what comes after stays with
 * the account of that time until the quarter-hour ends.
 */
export const MAX_SPLITS_PER_QUARTER = 8;

/** Who a process that is seen for the first time is charged to. */
export function firstAccount(sample: Sample, program: string, book: Book): Account {
  return accountOf(sample, program, sample.comm, book);
}

/** Who its next sample says that it is charged to. */
export function nextAccount(sample: Sample, program: string, before: Account, book: Book): Account {
  // A kernel worker renames itself with each piece of work; that is no change.
  const isSameCommand = foldName(sample.comm, sample) === foldName(before.command, sample);
  return accountOf(sample, program, isSameCommand ? before.command : sample.comm, book);
}

function accountOf(sample: Sample, program: string, wanted: string, book: Book): Account {
  const { uid, user } = sample;
  const command = book.command(uid, wanted);
  const isItsOwnProgram = program === foldName(sample.comm, sample);
  const isOther = command === OTHER_COMMANDS && isItsOwnProgram;
  return { uid, user, program: isOther ? OTHER_COMMANDS : program, command };
}

/**
 * The lifecycle under the account that it has now. What a fork had used under its parent's name is
 * moved to its own; later changes end the record at the last sample and begin a new one there.
 */
export function inAccount(
  lifecycle: Lifecycle,
  account: Account,
  tick: Tick,
  book: Book,
): Lifecycle {
  const before = lifecycle.account;
  const isSame =
    account.uid === before.uid &&
    account.user === before.user &&
    account.program === before.program &&
    account.command === before.command;
  if (isSame) return lifecycle;
  const isFirstSight = !lifecycle.sampledTwice && !lifecycle.slice.changed;
  if (isFirstSight && (account.uid === before.uid || lifecycle.slice.cpuMs === 0)) {
    return relabel(lifecycle, account, book);
  }
  if (lifecycle.splits >= MAX_SPLITS_PER_QUARTER) return lifecycle;
  const fromMs = wallMs(tick, lifecycle.sampledBootMs);
  endRecordAtChange(lifecycle, fromMs, book);
  return {
    ...closeUnseen(lifecycle, fromMs, book),
    account,
    splits: lifecycle.splits + 1,
    slice: emptySlice(quarterOf(fromMs), fromMs, true),
  };
}

/** A slice without CPU time is written too, so that who comes back to an account is not counted anew. */
export function endRecordAtChange(lifecycle: Lifecycle, toMs: number, book: Book): void {
  if (lifecycle.slice.changed) completeSlice(lifecycle, toMs, book);
  else closeSlice(lifecycle, toMs, 'complete', book);
}
