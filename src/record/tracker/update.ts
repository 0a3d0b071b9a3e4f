import { QUARTER_HOUR_MS, startOfQuarter } from '../../shared/units.js';
import { isZombie, type Sample } from '../ps/sample.js';
import {
  endRecordAtChange,
  firstAccount,
  inAccount,
  MAX_SPLITS_PER_QUARTER,
  nextAccount,
} from './account.js';
import type { ChangeSet } from './change-set.js';
import { becomeZombie } from './end.js';
import { likelyReapedMs } from './estimate.js';
import { chargeCertain } from './follow.js';
import { sameInterval } from './interval.js';
import type { Lifecycle } from './lifecycle.js';
import { measure } from './measure.js';
import { earlierCpu } from './prior.js';
import { closeUnseen, emptySlice } from './slices.js';
import { type Moment, type Tick, wallMs } from './tick.js';

/**
 * The process exists, and this is its next sample.
 *
 * @param program that it is followed for; undefined where it is not selected
 */
export function update(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string | undefined,
  tick: Tick,
  changes: ChangeSet,
): Lifecycle {
  switch (lifecycle.condition) {
    case 'zombie':
      return measure(lifecycle, sample, tick);
    case 'unfollowed':
      return program === undefined ? lifecycle : resume(lifecycle, sample, program, tick, changes);
    case 'alive':
      return program === undefined
        ? unfollow(lifecycle, tick, changes)
        : grow(lifecycle, sample, program, tick, changes);
  }
}

/**
 * The process exists, but no sample shows it. What it has used since its last one may lie in a gap that is over now;
 * the tick that shows it does not know of that gap.
 */
export function updateUnsampled(lifecycle: Lifecycle, tick: Tick, changes: ChangeSet): Lifecycle {
  const { condition, slice } = lifecycle;
  if (!tick.afterGap || condition !== 'alive' || slice.estimated) return lifecycle;
  const next = { ...lifecycle, slice: { ...slice, estimated: true } };
  changes.write(next);
  return next;
}

function grow(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string,
  tick: Tick,
  changes: ChangeSet,
): Lifecycle {
  const account = nextAccount(sample, program, lifecycle.account, changes);
  const measured = measure(inAccount(lifecycle, account, tick, changes), sample, tick);
  const fromMs = wallMs(tick, lifecycle.sampledBootMs);
  const grown = inQuarter(chargeCertain(measured, fromMs, tick, changes), tick, changes);
  if (grown.slice.quarterMs !== lifecycle.slice.quarterMs) {
    changes.addUsage(grown.slice.quarterMs, grown.account, { takenOver: 1 });
  }
  if (isWorthWriting(lifecycle, grown)) changes.write(grown);
  return isZombie(sample) ? becomeZombie(grown, tick, changes) : grown;
}

/** The process lives on, but is not to be recorded any more. */
function unfollow(lifecycle: Lifecycle, tick: Tick, changes: ChangeSet): Lifecycle {
  const endedMs = wallMs(tick, lifecycle.sampledBootMs);
  endRecordAtChange(lifecycle, endedMs, changes);
  const next: Lifecycle = {
    ...closeUnseen(lifecycle, endedMs, changes),
    condition: 'unfollowed',
    slice: emptySlice(lifecycle.slice.quarterMs, endedMs),
  };
  changes.end(next, { endedMs, reason: 'unfollowed' });
  return next;
}

/**
 * The process is recorded again; what it used in between is not charged. One that comes and goes
 * too often in a quarter-hour stays away until the next.
 */
function resume(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string,
  tick: Tick,
  changes: ChangeSet,
): Lifecycle {
  const measured = measure(lifecycle, sample, tick);
  const earlier = tick.untracked && earlierCpu(sample, measured.start, tick.untracked);
  const fromMs = wallMs(tick, earlier?.bootMs);
  const quarterMs = startOfQuarter(fromMs);
  const splits = quarterMs === lifecycle.slice.quarterMs ? lifecycle.splits + 1 : 0;
  if (splits > MAX_SPLITS_PER_QUARTER) return lifecycle;
  const usedMs = earlier?.cpuMs ?? measured.cpu.bestMs;
  const next: Lifecycle = {
    ...measured,
    condition: 'alive',
    account: firstAccount(sample, program, changes),
    priorCpuMs: Math.max(measured.priorCpuMs, usedMs - measured.chargedMs),
    accountedMs: Math.max(measured.accountedMs, likelyReapedMs(sample, measured.reaped)),
    splits,
    slice: emptySlice(quarterMs, fromMs, true),
  };
  const charged = chargeCertain(next, fromMs, tick, changes);
  changes.write(charged);
  return charged;
}

/**
 * A record of unseen CPU time ends with its quarter-hour too, whether more comes or not: once what is
 * charged next, which was reaped a tick ago, all lies in a later one.
 */
function inQuarter(lifecycle: Lifecycle, moment: Moment, changes: ChangeSet): Lifecycle {
  const { reapedBefore, unseenSlice } = lifecycle;
  const chargedFromMs = wallMs(moment, reapedBefore.fromBootMs);
  if (unseenSlice === null || unseenSlice.quarterMs === startOfQuarter(chargedFromMs))
    return lifecycle;
  return closeUnseen(lifecycle, unseenSlice.quarterMs + QUARTER_HOUR_MS, changes);
}

/** The upper bounds alone move each second and are found again at the next sample. */
function isWorthWriting(before: Lifecycle, after: Lifecycle): boolean {
  return (
    before.cpu.lowMs !== after.cpu.lowMs ||
    before.reaped.lowMs !== after.reaped.lowMs ||
    before.ppid !== after.ppid ||
    before.sampledTwice !== after.sampledTwice ||
    before.account !== after.account ||
    before.slice.quarterMs !== after.slice.quarterMs ||
    before.chargedMs !== after.chargedMs ||
    !sameInterval(before.start, after.start) ||
    !sameInterval(before.narrowStart, after.narrowStart)
  );
}
