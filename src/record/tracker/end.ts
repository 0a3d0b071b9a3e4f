import { startOfQuarter } from '../../shared/units.js';
import type { Sample } from '../ps/sample.js';
import type { ChangeSet } from './change-set.js';
import { middleMs } from './interval.js';
import type { Account, EndReason, Lifecycle } from './lifecycle.js';
import type { Guess, Pending } from './pending.js';
import { addToRecord, charge, chargeUnseen, closeSlice, closeUnseen } from './slices.js';
import { type Moment, type Tick, wallMs } from './tick.js';

/** What the kernel cuts off a process's user and its system time, together, at the most. */
const MAX_CUT_OFF_MS = 20;

/**
 * A record settles no longer than this, even if a child of its reaper starts or ends at every tick.
 */
export const MAX_SETTLING_MS = 8_000;

interface Ending {
  reason: EndReason;
  /** Wall time, in ms since 1970. */
  endedMs: number;
  /** How long it probably lived on after its last sample, and at the most. */
  tailMs: number;
  mostTailMs: number;
  /** How long ago its last sample is; longer than it may have lived on where it was known to exist since. */
  unsampledMs: number;
  /** When its end was noticed. */
  bootMs: number;
}

const NO_TAIL = { tailMs: 0, mostTailMs: 0, unsampledMs: 0 };

/**
 * The process is gone, and its pid may belong to another.
 *
 * @param sample of whatever process has its pid now
 * @returns it as its reaper got it; one that was not followed any more as it is on record
 */
export function end(
  lifecycle: Lifecycle,
  sample: Sample | undefined,
  tick: Tick,
  changes: ChangeSet,
): Lifecycle {
  if (lifecycle.condition !== 'alive') return lifecycle;
  const isLost = tick.untracked === undefined;
  // A process that was not queried at the last tick was known to exist.
  const existedBootMs = Math.max(lifecycle.sampledBootMs, tick.lastBootMs ?? 0);
  const unwatchedMs = tick.bootMs - existedBootMs;
  const tailMs = tick.afterGap ? 0 : unwatchedMs / 2;
  const ending: Ending = {
    reason: isLost ? 'lost' : sample === undefined ? 'gone' : 'replaced',
    endedMs: wallMs(tick, existedBootMs) + Math.round(tailMs),
    tailMs,
    mostTailMs: unwatchedMs,
    unsampledMs: tick.bootMs - lifecycle.sampledBootMs,
    bootMs: tick.bootMs,
  };
  return leaveSettling(lifecycle, ending, changes);
}

/** The process has ended, and waits for its reaper. */
export function becomeZombie(lifecycle: Lifecycle, moment: Moment, changes: ChangeSet): Lifecycle {
  const { bootMs } = moment;
  const ending = { reason: 'zombie', endedMs: wallMs(moment), bootMs, ...NO_TAIL } as const;
  return leaveSettling(lifecycle, ending, changes);
}

/** The process ended with its boot, at its last sample. Nothing more will be known: its records are complete. */
export function endWithBoot(lifecycle: Lifecycle, anchorMs: number, changes: ChangeSet): void {
  const { sampledBootMs: bootMs } = lifecycle;
  const ending = { reason: 'rebooted', endedMs: anchorMs + bootMs, bootMs, ...NO_TAIL } as const;
  leaveSettling(lifecycle, ending, changes);
  for (const each of changes.pending.all) {
    completePending(each, each.guessMs, each.uncertainMs, changes);
    changes.pending.delete(each);
  }
}

/**
 * Ends a process and leaves its last record settling: only what is certain is charged until it is
 * known what its reaper saw. What was unseen of its children stays open, but for a zombie's.
 */
function leaveSettling(lifecycle: Lifecycle, ending: Ending, changes: ChangeSet): Lifecycle {
  const { endedMs, reason, bootMs } = ending;
  // From its last sample on: a quarter-hour may have begun since, though it was known to exist.
  const fromMs = Math.min(lifecycle.slice.toMs, endedMs - Math.round(ending.tailMs));
  const stretch = { fromMs, toMs: endedMs, estimated: false };
  const closed = reason === 'zombie' ? closeUnseen(lifecycle, endedMs, changes) : lifecycle;
  const charged = charge(closed, 0, stretch, changes);
  const close = { toMs: endedMs, state: 'settling', ended: true } as const;
  const record = closeSlice(charged, close, changes);
  const ended: Lifecycle = {
    ...charged,
    condition: reason === 'zombie' ? 'zombie' : charged.condition,
    slice: { ...charged.slice, creditId: null, cpuMs: 0 },
  };
  changes.end(ended, { endedMs, reason });
  const common = { lifecycle: ended, reapers: [], endedBootMs: bootMs };
  const { quarterMs } = charged.slice;
  const own = guessOwn(lifecycle, ending);
  changes.pending.set({ kind: 'own', ...common, record, quarterMs, ...own });
  // A process that has shown nothing of children is not taken to have had any.
  if (lifecycle.reaped.lowMs > 0) {
    // What was unseen before may end with a record of a millisecond at the last sample.
    const sampledMs = endedMs - Math.round(ending.tailMs) + 1;
    const after = { fromMs: sampledMs, toMs: Math.max(endedMs, sampledMs + 1), estimated: false };
    const unseen = guessUnseen(lifecycle, ending);
    changes.pending.set({ kind: 'unseen', ...common, stretch: after, ...unseen });
  }
  return ended;
}

/** One more sample of a zombie tells its CPU time closer, which is final. */
export function updatePendingZombies(
  lifecycles: ReadonlyMap<number, Lifecycle>,
  { pending }: ChangeSet,
): void {
  for (const each of pending.all) {
    const { pid, processId } = each.lifecycle;
    const zombie = lifecycles.get(pid);
    if (each.kind !== 'own' || zombie?.processId !== processId) continue;
    const guess = guessOwn(zombie, { reason: 'zombie', ...NO_TAIL });
    pending.set({ ...each, lifecycle: zombie, ...guess });
  }
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
  changes: ChangeSet,
): Lifecycle {
  const { lifecycle } = pending;
  if (pending.kind === 'unseen') {
    const { stretch } = pending;
    const { quarterMs, account } = chargedTo(pending);
    changes.addUsage(quarterMs, account, { uncertainMs });
    if (beyondMs === 0) return lifecycle;
    const ended = { ...lifecycle, unseenSlice: null };
    return closeUnseen(chargeUnseen(ended, beyondMs, stretch, changes), stretch.toMs, changes);
  }
  const record = addToRecord(pending.record, beyondMs, pending.quarterMs, changes);
  changes.addUsage(pending.quarterMs, record.account, { uncertainMs });
  changes.writeCredit({ ...record, state: 'complete' });
  if (beyondMs === 0) return lifecycle;
  const corrected = { ...lifecycle, chargedMs: lifecycle.chargedMs + beyondMs };
  changes.correct(corrected);
  return corrected;
}

/** The quarter-hour and the account that it is charged to. */
export function chargedTo(pending: Pending): { quarterMs: number; account: Account } {
  return pending.kind === 'own'
    ? { quarterMs: pending.quarterMs, account: pending.record.account }
    : { quarterMs: startOfQuarter(pending.stretch.toMs - 1), account: pending.lifecycle.account };
}

/** It may have gone on to reap as much as before; all of it may be its parent's as well, so none is taken for granted. */
function guessUnseen({ reaped, sampledBootMs, narrowStart }: Lifecycle, ending: Ending): Guess {
  const lifetimeMs = Math.max(sampledBootMs - middleMs(narrowStart), 1);
  const rate = middleMs(reaped) / lifetimeMs;
  const mostRate = ending.reason === 'lost' ? rate : Math.max(1, rate);
  const mostMs = Math.round(mostRate * ending.mostTailMs);
  return { guessMs: 0, mostMs, utmostMs: mostMs, uncertainMs: mostMs };
}

function guessOwn(
  lifecycle: Lifecycle,
  ending: Pick<Ending, 'reason' | 'tailMs' | 'mostTailMs' | 'unsampledMs'>,
): Guess {
  const { tailMs, mostTailMs, unsampledMs, reason } = ending;
  const chargedMs = lifecycle.priorCpuMs + lifecycle.chargedMs;
  const usedMs = lifecycle.cpu.bestMs + Math.round(lifecycle.rate * tailMs);
  const guessMs = Math.max(0, usedMs - chargedMs);
  const mostRate = reason === 'lost' ? lifetimeRate(lifecycle) : Math.max(1, lifecycle.rate);
  const shownMs = lifecycle.cpu.highMs + MAX_CUT_OFF_MS - chargedMs;
  const mostMs = Math.max(guessMs, shownMs + Math.round(mostRate * mostTailMs));
  const utmostMs = Math.max(mostMs, shownMs + Math.round(mostRate * unsampledMs));
  const uncertainMs = Math.max(guessMs, utmostMs - guessMs);
  // Beside forks that no sample saw a process seen once gets no more than its guess: the rest is theirs.
  return lifecycle.sampledTwice || reason === 'zombie'
    ? { guessMs, mostMs, utmostMs, uncertainMs }
    : { guessMs, mostMs: guessMs, utmostMs: guessMs, uncertainMs };
}

function lifetimeRate({ cpu, sampledBootMs, narrowStart }: Lifecycle): number {
  return cpu.bestMs / Math.max(sampledBootMs - middleMs(narrowStart), 1);
}
