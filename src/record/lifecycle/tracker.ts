import type { Sample, Snapshot } from '../ps/sample.js';
import { knowsAllChildren, selectProcesses, type Selection } from '../select/selection.js';
import { Book, type NextIds, type TickChanges } from './book.js';
import type { Claim } from './claim.js';
import {
  completePending,
  endLifecycle,
  type Pending,
  seeZombieAgain,
  uncertaintyMs,
} from './end.js';
import { follow, grow, resume, unfollow } from './follow.js';
import type { Lifecycle } from './lifecycle.js';
import { isSameProcess, measure } from './measure.js';
import { SeenCommands } from './name-bound.js';
import { Reaping, type Unsettled } from './reap.js';
import {
  type EndedRecorder,
  isStillThere,
  measureSelf,
  NOTHING_MEASURED,
  type SelfMeasure,
} from './self.js';
import { type Seen, seenWith } from './seen.js';
import { closeUnseen, completeSlice, emptySlice } from './slices.js';
import { wallMs, type Tick } from './tick.js';
import { quarterOf } from '../../shared/units.js';

/** Adopts orphans, unless a subreaper does. */
const INIT_PID = 1;

/** Everything the recorder knows between two ticks. A value: each tick makes a new one. */
export interface TrackerState {
  /** Followed and remembered processes by pid. */
  lifecycles: ReadonlyMap<number, Lifecycle>;
  /** Processes that are gone, until whoever waited for them has been sampled again. */
  pending: readonly Pending[];
  /** What they brought to one of several, until it is known to which. */
  claims: readonly Claim[];
  /** What this run has seen of who is not followed; undefined before its first snapshot. */
  seen: Seen | undefined;
  /** Programs by pid of processes that are not followed for their user alone; their forks may be. */
  filtered: ReadonlyMap<number, string>;
  /** When the last sample was taken, also by an earlier run of this boot; undefined before the first. */
  lastTickBootMs: number | undefined;
  anchorMs: number;
  /** The run before was asked for the same: what it did not follow was not there. */
  sameSelection: boolean;
  /** What recording itself has used in this run. */
  self: SelfMeasure;
  /** The recorder of the run before, for whoever waited for it; undefined after the first sample of this run. */
  endedRecorder: EndedRecorder | undefined;
  /** Of the quarter-hour of the last tick. */
  seenCommands: SeenCommands;
  next: NextIds;
}

export function emptyState(anchorMs: number, next: NextIds): TrackerState {
  return {
    lifecycles: new Map(),
    pending: [],
    claims: [],
    seen: undefined,
    filtered: new Map(),
    lastTickBootMs: undefined,
    anchorMs,
    sameSelection: false,
    self: NOTHING_MEASURED,
    endedRecorder: undefined,
    seenCommands: new SeenCommands(0),
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
  const quarterMs = quarterOf(at.anchorMs + snapshot.takenFromBootMs);
  const isNewQuarter = quarterMs !== before.seenCommands.quarterMs;
  const seenCommands = isNewQuarter ? new SeenCommands(quarterMs) : before.seenCommands;
  const book = new Book(before.next, seenCommands);
  const tick: Tick = {
    bootMs: snapshot.takenFromBootMs,
    anchorMs: at.anchorMs,
    afterGap: at.afterGap || before.seen === undefined,
    lastBootMs: before.lastTickBootMs,
    seen: before.seen,
    sameSelection: before.sameSelection,
    snapshot,
  };
  const known =
    at.anchorMs === before.anchorMs ? before.lifecycles : withNewClock(before, tick, book);
  const selected = selectProcesses(snapshot.samples, selection, {
    programOf: (sample) => {
      const lifecycle = known.get(sample.pid);
      if (lifecycle?.condition !== 'alive') return undefined;
      // The program of who is recorded under its own name is known once it has its own name.
      if (selection.programs.length === 0 && !lifecycle.sampledTwice) return undefined;
      return isSameProcess(lifecycle, sample) ? lifecycle.account.program : undefined;
    },
    programOfUnasked: (pid) => {
      if (!snapshot.unasked.has(pid)) return undefined;
      const lifecycle = known.get(pid);
      return lifecycle?.condition === 'alive'
        ? lifecycle.account.program
        : before.filtered.get(pid);
    },
  });

  const pending: Pending[] = [];
  const gone: Lifecycle[] = [];
  const lifecycles = new Map<number, Lifecycle>();
  for (const lifecycle of known.values()) {
    const sample = snapshot.samples.get(lifecycle.pid);
    if (sample === undefined && snapshot.unasked.has(lifecycle.pid)) {
      lifecycles.set(lifecycle.pid, lifecycle);
      continue;
    }
    const isThere = sample !== undefined && isSameProcess(lifecycle, sample);
    if (isThere) {
      const next = goOn(lifecycle, sample, selected.followed.get(sample.pid), tick, book, pending);
      lifecycles.set(next.pid, next);
    } else {
      gone.push(vanish(lifecycle, sample, tick, book, pending));
      book.forget(lifecycle);
    }
  }
  for (const pid of snapshot.unasked) noteOrphan(pid, known, lifecycles, tick);
  for (const [pid, program] of selected.followed) {
    const sample = snapshot.samples.get(pid);
    if (sample === undefined || lifecycles.has(pid)) continue;
    lifecycles.set(pid, follow(sample, program, tick, book, pending));
  }
  const stillPending = before.pending.map((each) => {
    const now = lifecycles.get(each.lifecycle.pid);
    return now?.processId === each.lifecycle.processId ? seeZombieAgain(each, now) : each;
  });
  const unsettled: Unsettled = { pending: [...stillPending, ...pending], claims: before.claims };
  const reaping = new Reaping(lifecycles, unsettled, tick, book);
  const isNewSelection = before.seen === undefined && !before.sameSelection;
  if (isNewSelection || !knowsAllChildren(selection)) {
    reaping.forgive();
  } else {
    reaping.bring(gone, known);
    const { endedRecorder } = before;
    // One that is there still is followed like any process, and brings its time when it is waited for.
    if (endedRecorder !== undefined && !isStillThere(endedRecorder, snapshot)) {
      reaping.bringRecorder(endedRecorder, known);
    }
    reaping.reconcile();
  }
  const left = reaping.settle();

  const self = measureSelf(before.self, snapshot, selection.recorderPid);
  book.recorder(quarterMs, self.certainMs - before.self.certainMs);

  const { changes, next } = book.close();
  const state: TrackerState = {
    lifecycles,
    ...left,
    seen: seenWith(before.seen, snapshot, (pid) => lifecycles.get(pid)?.condition === 'alive'),
    filtered: filteredAfter(before.filtered, snapshot, selected.filtered, selection),
    lastTickBootMs: tick.bootMs,
    anchorMs: at.anchorMs,
    sameSelection: true,
    self,
    endedRecorder: undefined,
    seenCommands: book.seenCommands,
    next,
  };
  return { state, changes };
}

/** Who was not asked for may have lost its parent: somebody else waits for it then, and ps is to tell who. */
function noteOrphan(
  pid: number,
  known: ReadonlyMap<number, Lifecycle>,
  lifecycles: Map<number, Lifecycle>,
  tick: Tick,
): void {
  const lifecycle = lifecycles.get(pid);
  const parent = lifecycle && known.get(lifecycle.ppid);
  if (lifecycle === undefined || parent === undefined) return;
  if (lifecycles.get(parent.pid)?.processId === parent.processId) return;
  lifecycles.set(pid, { ...lifecycle, ppid: INIT_PID, movedBootMs: tick.bootMs });
}

function filteredAfter(
  before: ReadonlyMap<number, string>,
  { samples, unasked }: Snapshot,
  now: ReadonlyMap<number, string>,
  { programs, forks }: Selection,
): ReadonlyMap<number, string> {
  // Without names each process is its own program, and without forks none is handed down.
  if (programs.length === 0 || !forks) return new Map();
  const unchanged = [...before].filter(([pid]) => unasked.has(pid) && !samples.has(pid));
  return new Map([...unchanged, ...now]);
}

/** Settles what is pending, when no further sample will come. */
export function settleAll(before: TrackerState): { state: TrackerState; changes: TickChanges } {
  const book = new Book(before.next);
  const lifecycles = new Map(before.lifecycles);
  const tick = { bootMs: before.lastTickBootMs ?? 0, anchorMs: before.anchorMs };
  new Reaping(lifecycles, before, tick, book).settleAll();
  return {
    state: { ...before, lifecycles, pending: [], claims: [] },
    changes: book.close().changes,
  };
}

/** Ends every process of an earlier boot at its last sight. */
export function endBoot(before: TrackerState): TickChanges {
  const book = new Book(before.next);
  for (const lifecycle of before.lifecycles.values()) {
    if (lifecycle.condition === 'alive') {
      const { sampledBootMs: bootMs } = lifecycle;
      const endedMs = before.anchorMs + bootMs;
      const atLastSight = { endedMs, tailMs: 0, mostTailMs: 0, unsampledMs: 0, bootMs, book };
      const { pending } = endLifecycle(lifecycle, { reason: 'rebooted', ...atLastSight });
      completePending(pending, pending.guessMs, uncertaintyMs(pending), book);
    }
    book.forget(lifecycle);
  }
  return book.close().changes;
}

/** The process is still there. */
function goOn(
  lifecycle: Lifecycle,
  sample: Sample,
  program: string | undefined,
  tick: Tick,
  book: Book,
  pending: Pending[],
): Lifecycle {
  switch (lifecycle.condition) {
    case 'zombie':
      return measure(lifecycle, sample, tick);
    case 'unfollowed':
      return program === undefined ? lifecycle : resume(lifecycle, sample, program, tick, book);
    case 'alive':
      return program === undefined
        ? unfollow(lifecycle, tick, book)
        : grow(lifecycle, sample, program, tick, book, pending);
  }
}

/**
 * The process is gone, and its pid may belong to another.
 *
 * @returns it, as whoever waited for it got it; of one that was not followed any more what is on record
 */
function vanish(
  lifecycle: Lifecycle,
  sample: Sample | undefined,
  tick: Tick,
  book: Book,
  pending: Pending[],
): Lifecycle {
  if (lifecycle.condition !== 'alive') return lifecycle;
  const isLost = tick.seen === undefined;
  // Who was not asked for at the last tick was known to be there.
  const thereBootMs = Math.max(lifecycle.sampledBootMs, tick.lastBootMs ?? 0);
  const unwatchedMs = tick.bootMs - thereBootMs;
  const tailMs = tick.afterGap ? 0 : unwatchedMs / 2;
  const end = endLifecycle(lifecycle, {
    reason: isLost ? 'lost' : sample === undefined ? 'gone' : 'replaced',
    endedMs: wallMs(tick, thereBootMs) + Math.round(tailMs),
    tailMs,
    mostTailMs: unwatchedMs,
    unsampledMs: tick.bootMs - lifecycle.sampledBootMs,
    bootMs: tick.bootMs,
    book,
  });
  pending.push(end.pending);
  return end.ended;
}

/** The wall clock was set: what was recorded stays where it is, and new slices begin at the new time. */
function withNewClock(before: TrackerState, tick: Tick, book: Book): Map<number, Lifecycle> {
  const moved = [...before.lifecycles.values()].map((lifecycle): Lifecycle => {
    if (lifecycle.condition !== 'alive') return lifecycle;
    const untilMs = before.anchorMs + lifecycle.sampledBootMs;
    completeSlice(lifecycle, untilMs, book);
    const fromMs = wallMs(tick, lifecycle.sampledBootMs);
    const next = {
      ...closeUnseen(lifecycle, untilMs, book),
      slice: emptySlice(quarterOf(fromMs), fromMs, true),
    };
    book.lifecycle(next);
    return next;
  });
  return new Map(moved.map((lifecycle) => [lifecycle.pid, lifecycle]));
}
