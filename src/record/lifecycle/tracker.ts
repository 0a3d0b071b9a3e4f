import type { Sample, Snapshot } from '../ps/sample.js';
import { selectProcesses, type Selection } from '../select/selection.js';
import { Book, type NextIds, type TickChanges } from './book.js';
import { endLifecycle } from './end.js';
import { follow, grow, isSameProcess, resume, unfollow } from './follow.js';
import type { CreditRecord, Lifecycle } from './lifecycle.js';
import { emptySlice, closeSlice } from './slices.js';
import { wallMs, type Tick } from './tick.js';
import { quarterOf } from '../../shared/units.js';

/** Everything the recorder knows between two ticks. A value: each tick makes a new one. */
export interface TrackerState {
  /** Followed and remembered processes by pid. */
  lifecycles: ReadonlyMap<number, Lifecycle>;
  /** Records of processes that ended, until whoever waited for them has been sampled again. */
  settling: readonly CreditRecord[];
  /** The last snapshot, and undefined before the first of this run. */
  lastSnapshot: Snapshot | undefined;
  /** When the last sample was taken, also by an earlier run of this boot; undefined before the first. */
  lastTickBootMs: number | undefined;
  anchorMs: number;
  next: NextIds;
}

export function emptyState(anchorMs: number, next: NextIds): TrackerState {
  return {
    lifecycles: new Map(),
    settling: [],
    lastSnapshot: undefined,
    lastTickBootMs: undefined,
    anchorMs,
    next,
  };
}

/**
 * Takes one snapshot of all processes into account.
 *
 * @returns the state for the next tick, and what has changed, for the journal
 */
export function observe(
  before: TrackerState,
  snapshot: Snapshot,
  at: { anchorMs: number; afterGap: boolean },
  selection: Selection,
): { state: TrackerState; changes: TickChanges } {
  const book = new Book(before.next);
  const tick: Tick = {
    bootMs: snapshot.takenFromBootMs,
    anchorMs: at.anchorMs,
    afterGap: at.afterGap || before.lastSnapshot === undefined,
    lastBootMs: before.lastTickBootMs,
    lastSnapshot: before.lastSnapshot,
    snapshot,
  };
  settle(before.settling, book);
  const known =
    at.anchorMs === before.anchorMs ? before.lifecycles : withNewClock(before, tick, book);
  const selected = selectProcesses(snapshot.samples, selection, (sample) => {
    const lifecycle = known.get(sample.pid);
    const isKnown = lifecycle?.settled === true && lifecycle.condition === 'alive';
    return isKnown && isSameProcess(lifecycle, sample, snapshot)
      ? lifecycle.account.program
      : undefined;
  });

  const settling: CreditRecord[] = [];
  const lifecycles = new Map<number, Lifecycle>();
  for (const lifecycle of known.values()) {
    const sample = snapshot.samples.get(lifecycle.pid);
    const isThere = sample !== undefined && isSameProcess(lifecycle, sample, snapshot);
    if (!isThere) {
      vanish(lifecycle, sample, tick, book, settling);
      book.forget(lifecycle);
      continue;
    }
    const next = goOn(lifecycle, sample, selected.get(sample.pid), tick, book, settling);
    lifecycles.set(next.pid, next);
  }
  for (const [pid, program] of selected) {
    const sample = snapshot.samples.get(pid);
    if (sample === undefined || lifecycles.has(pid)) continue;
    lifecycles.set(pid, follow(sample, program, tick, book, settling));
  }

  const { changes, next } = book.close();
  const state: TrackerState = {
    lifecycles,
    settling,
    lastSnapshot: snapshot,
    lastTickBootMs: tick.bootMs,
    anchorMs: at.anchorMs,
    next,
  };
  return { state, changes };
}

/** Completes what is settling, when no further sample will come. */
export function settleAll(before: TrackerState): { state: TrackerState; changes: TickChanges } {
  const book = new Book(before.next);
  settle(before.settling, book);
  return { state: { ...before, settling: [] }, changes: book.close().changes };
}

/** Ends every process of an earlier boot at its last sight. */
export function endBoot(before: TrackerState): TickChanges {
  const book = new Book(before.next);
  const settling: CreditRecord[] = [];
  for (const lifecycle of before.lifecycles.values()) {
    if (lifecycle.condition === 'alive') {
      const endedMs = before.anchorMs + lifecycle.sampledBootMs;
      endLifecycle(lifecycle, { reason: 'rebooted', endedMs, tailMs: 0, book, settling });
    }
    book.forget(lifecycle);
  }
  settle(settling, book);
  return book.close().changes;
}

function settle(settling: readonly CreditRecord[], book: Book): void {
  for (const credit of settling) book.credit({ ...credit, state: 'complete' });
}

/** The process is still there. */
function goOn(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string | undefined,
  tick: Tick,
  book: Book,
  settling: CreditRecord[],
): Lifecycle {
  switch (lifecycle.condition) {
    case 'zombie':
      return lifecycle;
    case 'unfollowed':
      return program === undefined ? lifecycle : resume(lifecycle, sample, program, tick, book);
    case 'alive':
      return program === undefined
        ? unfollow(lifecycle, tick, book)
        : grow(lifecycle, sample, program, tick, book, settling);
  }
}

/** The process is gone, and its pid may belong to another. */
function vanish(
  lifecycle: Lifecycle,
  sample: Sample | undefined,
  tick: Tick,
  book: Book,
  settling: CreditRecord[],
): void {
  if (lifecycle.condition !== 'alive') return;
  const lastMs = wallMs(tick, lifecycle.sampledBootMs);
  if (tick.lastSnapshot === undefined) {
    endLifecycle(lifecycle, { reason: 'lost', endedMs: lastMs, tailMs: 0, book, settling });
    return;
  }
  const tailMs = tick.afterGap ? 0 : (tick.bootMs - lifecycle.sampledBootMs) / 2;
  const reason = sample === undefined ? 'gone' : 'replaced';
  endLifecycle(lifecycle, { reason, endedMs: lastMs + Math.round(tailMs), tailMs, book, settling });
}

/** The wall clock was set: what was recorded stays where it is, and new slices begin at the new time. */
function withNewClock(before: TrackerState, tick: Tick, book: Book): Map<number, Lifecycle> {
  const moved = [...before.lifecycles.values()].map((lifecycle): Lifecycle => {
    if (lifecycle.condition !== 'alive') return lifecycle;
    closeSlice(lifecycle, before.anchorMs + lifecycle.sampledBootMs, 'complete', book);
    const fromMs = wallMs(tick, lifecycle.sampledBootMs);
    const next = { ...lifecycle, slice: emptySlice(quarterOf(fromMs), fromMs, true) };
    book.lifecycle(next);
    return next;
  });
  return new Map(moved.map((lifecycle) => [lifecycle.pid, lifecycle]));
}
