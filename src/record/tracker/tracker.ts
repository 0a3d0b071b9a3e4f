import { isZombie, type Sample, type Snapshot } from '../ps/sample.js';
import { knowsAllChildren, selectProcesses, type Selection } from './selection.js';
import { Book, type TickChanges } from './book.js';
import { completePending, endLifecycle, type Pending, seeZombieAgain } from './end.js';
import { Endings } from './endings.js';
import { follow } from './follow.js';
import type { Lifecycle } from './lifecycle.js';
import { isSameProcess } from './measure.js';
import { SeenCommands } from './name-bound.js';
import { withKnownNames } from './user-names.js';
import { goOn, goOnUnsampled, noteOrphan, vanish } from './update.js';
import { Reaping, type Unsettled } from './reap.js';
import { reapersOf } from './reapers.js';
import { isStillThere, measureSelf } from './self.js';
import { seenWith } from './seen.js';
import { closeUnseen, completeSlice, emptySlice } from './slices.js';
import type { TrackerState } from './state.js';
import { wallMs, type Tick } from './tick.js';
import { unsettledReapers } from './unsettled.js';
import { quarterOf } from '../../shared/units.js';

/**
 * Takes one snapshot of all processes into account.
 *
 * @param taken what ps showed
 * @returns the state for the next tick, and what has changed, for the journal
 */
export function observe(
  before: TrackerState,
  taken: Snapshot,
  at: { anchorMs: number; afterGap: boolean },
  selection: Selection,
): { state: TrackerState; changes: TickChanges } {
  const { samples, names: userNames, renamed } = withKnownNames(taken.samples, before.userNames);
  const snapshot = { ...taken, samples };
  const quarterMs = quarterOf(at.anchorMs + snapshot.takenFromBootMs);
  const isNewQuarter = quarterMs !== before.seenCommands.quarterMs;
  const seenCommands = isNewQuarter ? new SeenCommands(quarterMs) : before.seenCommands;
  const book = new Book(before.next, seenCommands);
  book.rename(renamed);
  const isThere = (pid: number) => snapshot.samples.has(pid) || snapshot.unsampled.has(pid);
  const isAlive = (pid: number) => {
    const sample = snapshot.samples.get(pid);
    return sample !== undefined && !isZombie(sample);
  };
  const isSame = (lifecycle: Lifecycle, sample: Sample | undefined): sample is Sample =>
    sample !== undefined && isSameProcess(lifecycle, sample, isAlive);
  const isGone = (lifecycle: Lifecycle): boolean => {
    const sample = snapshot.samples.get(lifecycle.pid);
    return sample === undefined ? !isThere(lifecycle.pid) : !isSame(lifecycle, sample);
  };
  let unsettledIds: ReadonlySet<number> | undefined;
  const tick: Tick = {
    bootMs: snapshot.takenFromBootMs,
    anchorMs: at.anchorMs,
    afterGap: at.afterGap || before.seen === undefined,
    lastBootMs: before.lastTickBootMs,
    seen: before.seen,
    sameSelection: before.sameSelection,
    snapshot,
    areChildrenSettled: ({ processId }) => {
      unsettledIds ??= unsettledReapers(before.lifecycles, before.pending, isGone);
      return !unsettledIds.has(processId);
    },
  };
  const known =
    at.anchorMs === before.anchorMs ? before.lifecycles : withNewClock(before, tick, book);
  const selected = selectProcesses(snapshot.samples, selection, {
    programOf: (sample) => {
      const lifecycle = known.get(sample.pid);
      if (lifecycle?.condition !== 'alive') return undefined;
      // The program of who is recorded under its own name is known once it has its own name.
      if (selection.programs.length === 0 && !lifecycle.sampledTwice) return undefined;
      return isSame(lifecycle, sample) ? lifecycle.account.program : undefined;
    },
    userNames,
    programOfUnsampled: (pid) => {
      if (!snapshot.unsampled.has(pid)) return undefined;
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
    if (sample === undefined && snapshot.unsampled.has(lifecycle.pid)) {
      lifecycles.set(lifecycle.pid, goOnUnsampled(lifecycle, tick, book));
      continue;
    }
    if (isSame(lifecycle, sample)) {
      const next = goOn(lifecycle, sample, selected.followed.get(sample.pid), tick, book, pending);
      lifecycles.set(next.pid, next);
    } else {
      gone.push(vanish(lifecycle, sample, tick, book, pending));
      book.forget(lifecycle);
    }
  }
  for (const pid of snapshot.unsampled) noteOrphan(pid, known, lifecycles, tick);
  for (const [pid, program] of selected.followed) {
    const sample = snapshot.samples.get(pid);
    if (sample === undefined || lifecycles.has(pid)) continue;
    lifecycles.set(pid, follow(sample, program, tick, book, pending));
  }
  const stillPending = before.pending.map((each) => {
    const now = lifecycles.get(each.lifecycle.pid);
    return now?.processId === each.lifecycle.processId ? seeZombieAgain(each, now) : each;
  });
  const endings = new Endings([...stillPending, ...pending], tick, book);
  const ended = gone.map((each) =>
    endings.end(each, reapersOf(each, known, lifecycles).length > 0),
  );
  const unsettled: Unsettled = { pending: endings.left, claims: before.claims };
  const reaping = new Reaping(lifecycles, unsettled, tick, book);
  const isNewSelection = before.seen === undefined && !before.sameSelection;
  if (isNewSelection || !knowsAllChildren(selection)) {
    reaping.forgive();
  } else {
    reaping.bring(ended, known);
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
    userNames,
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

function filteredAfter(
  before: ReadonlyMap<number, string>,
  { samples, unsampled }: Snapshot,
  now: ReadonlyMap<number, string>,
  { programs, forks }: Selection,
): ReadonlyMap<number, string> {
  // Without names each process is its own program, and without forks none is handed down.
  if (programs.length === 0 || !forks) return new Map();
  const unchanged = [...before].filter(([pid]) => unsampled.has(pid) && !samples.has(pid));
  return new Map([...unchanged, ...now]);
}

/** Settles what is pending, when no further sample will come. */
export function settleAll(before: TrackerState): { state: TrackerState; changes: TickChanges } {
  const book = new Book(before.next);
  const lifecycles = new Map(before.lifecycles);
  const tick = { bootMs: before.lastTickBootMs ?? 0, anchorMs: before.anchorMs };
  const endings = new Endings(before.pending, tick, book);
  for (const lifecycle of before.lifecycles.values()) {
    const settled = endings.settle(lifecycle);
    if (settled.accountedMs === lifecycle.accountedMs) continue;
    lifecycles.set(lifecycle.pid, settled);
    book.lifecycle(settled);
  }
  const unsettled = { pending: endings.left, claims: before.claims };
  new Reaping(lifecycles, unsettled, tick, book).settleAll();
  return {
    state: { ...before, lifecycles, pending: [], claims: [] },
    changes: book.close().changes,
  };
}

/** Ends every process of an earlier boot at its last sight. */
export function endBoot(before: TrackerState): TickChanges {
  const book = new Book(before.next);
  const tick = { bootMs: before.lastTickBootMs ?? 0, anchorMs: before.anchorMs };
  const endings = new Endings([], tick, book);
  for (const each of before.lifecycles.values()) {
    const lifecycle = endings.end(each, false);
    if (lifecycle.condition === 'alive') {
      const { sampledBootMs: bootMs } = lifecycle;
      const endedMs = before.anchorMs + bootMs;
      const atLastSight = { endedMs, tailMs: 0, mostTailMs: 0, unsampledMs: 0, bootMs, book };
      const { pending } = endLifecycle(lifecycle, { reason: 'rebooted', ...atLastSight });
      for (const one of pending) completePending(one, one.guessMs, one.uncertainMs, book);
    }
    book.forget(lifecycle);
  }
  return book.close().changes;
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
