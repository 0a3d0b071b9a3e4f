import { startOfQuarter } from '../../shared/units.js';
import type { Sample } from '../ps/sample.js';
import { foldName } from './program-name.js';
import { type ChangeSet, OTHER_COMMANDS } from './change-set.js';
import type { Account, Lifecycle } from './lifecycle.js';
import { closeSlice, closeUnseen, completeSlice, emptySlice, relabel } from './slices.js';
import { type Tick, wallMs } from './tick.js';

/**
 * Changes of account that make records of their own in one quarter-hour; what comes after stays with
 * the account of that time until the quarter-hour ends.
 */
export const MAX_SPLITS_PER_QUARTER = 8;

/** The account of a process that is seen for the first time. */
export function firstAccount(sample: Sample, program: string, changes: ChangeSet): Account {
  return toAccount(sample, program, sample.comm, changes);
}

/** Its account by its next sample. */
export function nextAccount(
  sample: Sample,
  program: string,
  before: Account,
  changes: ChangeSet,
): Account {
  // A kernel worker renames itself with each piece of work; that is no change.
  const isSameCommand = foldName(sample.comm, sample) === foldName(before.command, sample);
  return toAccount(sample, program, isSameCommand ? before.command : sample.comm, changes);
}

function toAccount(sample: Sample, program: string, wanted: string, changes: ChangeSet): Account {
  const { uid, user } = sample;
  const command = changes.nameCommand(uid, wanted);
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
  changes: ChangeSet,
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
    return relabel(lifecycle, account, changes);
  }
  if (lifecycle.splits >= MAX_SPLITS_PER_QUARTER) return lifecycle;
  const fromMs = wallMs(tick, lifecycle.sampledBootMs);
  endRecordAtChange(lifecycle, fromMs, changes);
  return {
    ...closeUnseen(lifecycle, fromMs, changes),
    account,
    splits: lifecycle.splits + 1,
    slice: emptySlice(startOfQuarter(fromMs), fromMs, true),
  };
}

/** A slice without CPU time is written too, so that a process that comes back to an account is not counted anew. */
export function endRecordAtChange(lifecycle: Lifecycle, toMs: number, changes: ChangeSet): void {
  if (lifecycle.slice.changed) completeSlice(lifecycle, toMs, changes);
  else closeSlice(lifecycle, { toMs, state: 'complete' }, changes);
}
