import { startOfQuarter } from '../../shared/units.js';
import type { Sample, Snapshot } from '../ps/sample.js';
import { ChangeSet, type TickChanges } from './change-set.js';
import { end, endWithBoot, updatePendingZombies } from './end.js';
import { EndedReapers } from './ended-reapers.js';
import { follow } from './follow.js';
import type { Lifecycle } from './lifecycle.js';
import { isSameProcess } from './measure.js';
import { findUnsettledReapers, INIT_PID, Reapers } from './reapers.js';
import { Reaping } from './reaping.js';
import { isStillThere, measureSelf } from './self.js';
import {
  type Known,
  knowsAllChildren,
  type Selected,
  selectProcesses,
  type Selection,
} from './selection.js';
import { closeUnseen, completeSlice, emptySlice } from './slices.js';
import type { TrackerState } from './state.js';
import { type Moment, type Tick, wallMs } from './tick.js';
import { updateUntracked } from './untracked.js';
import { update, updateUnsampled } from './update.js';
import { withKnownNames } from './user-names.js';

/** Lifecycles by pid. */
type ByPid = ReadonlyMap<number, Lifecycle>;

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
  const snapshot = samples === taken.samples ? taken : { ...taken, samples };
  const tick = beginTick(before, snapshot, at);
  const quarterMs = startOfQuarter(wallMs(tick));
  const changeSet = new ChangeSet(before, quarterMs);
  changeSet.rename(renamed);
  const known = withClock(before, tick, changeSet);
  const selected = select(known, before, snapshot, userNames, selection);

  const { lifecycles, gone } = updateKnown(known, selected, tick, changeSet);
  noteOrphans(known, lifecycles, tick);
  followNew(lifecycles, selected, tick, changeSet);
  updatePendingZombies(lifecycles, changeSet);
  const reapers = new Reapers(known, lifecycles, changeSet);
  const ended = settleEnded(gone, reapers, tick, changeSet);
  const reaping = new Reaping(reapers, before.claims, tick, changeSet);
  if (knowsChildren(before, selection)) reaping.reconcile(ended, endedRecorder(before, snapshot));
  else reaping.forgive();
  reaping.settle();

  const self = measureSelf(before.self, snapshot, selection.recorderPid);
  changeSet.addRecorderUsage(quarterMs, self.certainMs - before.self.certainMs);
  const { changes, carried } = changeSet.close();
  const isFollowed = (pid: number) => lifecycles.get(pid)?.condition === 'alive';
  const state: TrackerState = {
    pending: carried.pending,
    knownCommands: carried.knownCommands,
    next: carried.next,
    lifecycles,
    claims: reaping.openClaims,
    untracked: updateUntracked(before.untracked, snapshot, isFollowed),
    filtered: updateFiltered(before.filtered, snapshot, selected.filtered, selection),
    userNames,
    lastTickBootMs: tick.bootMs,
    anchorMs: tick.anchorMs,
    sameSelection: true,
    self,
    endedRecorder: undefined,
  };
  return { state, changes };
}

function beginTick(
  { lifecycles, pending, lastTickBootMs, untracked, sameSelection }: TrackerState,
  snapshot: Snapshot,
  at: { anchorMs: number; afterGap: boolean },
): Tick {
  let unsettledIds: ReadonlySet<number> | undefined;
  return {
    bootMs: snapshot.takenFromBootMs,
    anchorMs: at.anchorMs,
    afterGap: at.afterGap || untracked === undefined,
    lastBootMs: lastTickBootMs,
    untracked,
    sameSelection,
    snapshot,
    areChildrenSettled: ({ processId }) => {
      const isEnded = (each: Lifecycle) => isGone(each, snapshot);
      unsettledIds ??= findUnsettledReapers(lifecycles, pending, isEnded);
      return !unsettledIds.has(processId);
    },
  };
}

function isGone(lifecycle: Lifecycle, { samples, unsampled }: Snapshot): boolean {
  const sample = samples.get(lifecycle.pid);
  return sample === undefined
    ? !unsampled.has(lifecycle.pid)
    : !isSameProcess(lifecycle, sample, samples);
}

/** When the wall clock was set: what was recorded stays where it is, and new slices begin at the new time. */
function withClock(before: TrackerState, tick: Tick, changes: ChangeSet): ByPid {
  const { lifecycles, anchorMs } = before;
  if (tick.anchorMs === anchorMs) return lifecycles;
  const moved = [...lifecycles.values()].map((lifecycle): Lifecycle => {
    if (lifecycle.condition !== 'alive') return lifecycle;
    const untilMs = anchorMs + lifecycle.sampledBootMs;
    completeSlice(lifecycle, untilMs, changes);
    const fromMs = wallMs(tick, lifecycle.sampledBootMs);
    const next = {
      ...closeUnseen(lifecycle, untilMs, changes),
      slice: emptySlice(startOfQuarter(fromMs), fromMs, true),
    };
    changes.write(next);
    return next;
  });
  return new Map(moved.map((lifecycle) => [lifecycle.pid, lifecycle]));
}

function select(
  known: ByPid,
  { filtered }: TrackerState,
  { samples, unsampled }: Snapshot,
  userNames: Known['userNames'],
  selection: Selection,
): Selected {
  const findProgram = (sample: Sample) => {
    const lifecycle = known.get(sample.pid);
    if (lifecycle?.condition !== 'alive') return undefined;
    // A process that is recorded under its own name has its program once it has its own name.
    if (selection.programs.length === 0 && !lifecycle.sampledTwice) return undefined;
    return isSameProcess(lifecycle, sample, samples) ? lifecycle.account.program : undefined;
  };
  const findUnsampledProgram = (pid: number) => {
    if (!unsampled.has(pid)) return undefined;
    const lifecycle = known.get(pid);
    return lifecycle?.condition === 'alive' ? lifecycle.account.program : filtered.get(pid);
  };
  return selectProcesses(samples, selection, { findProgram, findUnsampledProgram, userNames });
}

/** Processes of the tick before: as they are now, or as they ended. */
function updateKnown(
  known: ByPid,
  { followed }: Selected,
  tick: Tick,
  changes: ChangeSet,
): { lifecycles: Map<number, Lifecycle>; gone: Lifecycle[] } {
  const { samples, unsampled } = tick.snapshot;
  const lifecycles = new Map<number, Lifecycle>();
  const gone: Lifecycle[] = [];
  for (const lifecycle of known.values()) {
    const { pid } = lifecycle;
    const sample = samples.get(pid);
    if (sample === undefined && unsampled.has(pid)) {
      lifecycles.set(pid, updateUnsampled(lifecycle, tick, changes));
    } else if (sample !== undefined && isSameProcess(lifecycle, sample, samples)) {
      lifecycles.set(pid, update(lifecycle, sample, followed.get(pid), tick, changes));
    } else {
      gone.push(end(lifecycle, sample, tick, changes));
      changes.forget(lifecycle);
    }
  }
  return { lifecycles, gone };
}

/** An unsampled process whose parent ended has another one now, which the next sample is to show. */
function noteOrphans(known: ByPid, lifecycles: Map<number, Lifecycle>, tick: Tick): void {
  for (const pid of tick.snapshot.unsampled) {
    const lifecycle = lifecycles.get(pid);
    const parent = lifecycle && known.get(lifecycle.ppid);
    if (lifecycle === undefined || parent === undefined) continue;
    if (lifecycles.get(parent.pid)?.processId === parent.processId) continue;
    lifecycles.set(pid, { ...lifecycle, ppid: INIT_PID, movedBootMs: tick.bootMs });
  }
}

function followNew(
  lifecycles: Map<number, Lifecycle>,
  { followed }: Selected,
  tick: Tick,
  changes: ChangeSet,
): void {
  for (const [pid, program] of followed) {
    const sample = tick.snapshot.samples.get(pid);
    if (sample === undefined || lifecycles.has(pid)) continue;
    lifecycles.set(pid, follow(sample, program, tick, changes));
  }
}

/** Settles what ended processes had reaped, as far as their own reapers won't tell more. */
function settleEnded(
  gone: readonly Lifecycle[],
  reapers: Reapers,
  moment: Moment,
  changes: ChangeSet,
): Lifecycle[] {
  const endedReapers = new EndedReapers(moment, changes);
  return gone.map((each) => endedReapers.end(each, reapers.find(each).length > 0));
}

/** Whether every child is recorded, since the tick before too. */
function knowsChildren({ untracked, sameSelection }: TrackerState, selection: Selection): boolean {
  const isNewSelection = untracked === undefined && !sameSelection;
  return !isNewSelection && knowsAllChildren(selection);
}

/** One that still exists is followed like any process, and brings its time when it is waited for. */
function endedRecorder(
  { endedRecorder }: TrackerState,
  snapshot: Snapshot,
): TrackerState['endedRecorder'] {
  return endedRecorder && isStillThere(endedRecorder, snapshot) ? undefined : endedRecorder;
}

function updateFiltered(
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
  const moment = lastMoment(before);
  const changeSet = new ChangeSet(before);
  const lifecycles = new Map(before.lifecycles);
  const endedReapers = new EndedReapers(moment, changeSet);
  for (const lifecycle of before.lifecycles.values()) {
    const settled = endedReapers.settle(lifecycle);
    if (settled.accountedMs === lifecycle.accountedMs) continue;
    lifecycles.set(lifecycle.pid, settled);
    changeSet.write(settled);
  }
  const reapers = new Reapers(before.lifecycles, lifecycles, changeSet);
  new Reaping(reapers, before.claims, moment, changeSet).settleAll();
  const { changes, carried } = changeSet.close();
  return { state: { ...before, ...carried, lifecycles, claims: [] }, changes };
}

/** Ends every process of an earlier boot at its last sample. */
export function endBoot(before: TrackerState): TickChanges {
  const changeSet = new ChangeSet(before);
  const endedReapers = new EndedReapers(lastMoment(before), changeSet);
  for (const each of before.lifecycles.values()) {
    const lifecycle = endedReapers.end(each, false);
    if (lifecycle.condition === 'alive') endWithBoot(lifecycle, before.anchorMs, changeSet);
    changeSet.forget(lifecycle);
  }
  return changeSet.close().changes;
}

function lastMoment({ lastTickBootMs, anchorMs }: TrackerState): Moment {
  return { bootMs: lastTickBootMs ?? 0, anchorMs };
}
