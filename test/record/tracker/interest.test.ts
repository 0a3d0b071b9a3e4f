import { expect, test } from 'vitest';
import { chooseInterest } from '../../../src/record/tracker/interest.js';
import { emptyState, type TrackerState } from '../../../src/record/tracker/state.js';
import { observe } from '../../../src/record/tracker/tracker.js';
import { programName } from '../../../src/record/tracker/program-name.js';
import type { Selection } from '../../../src/record/tracker/selection.js';
import { type Plan, plan, simulatedPs } from '../../simulation/kernel.js';

const ANCHOR_MS = Date.UTC(2026, 0, 1);
const INIT = plan({ pid: 1, ppid: 0, uid: 0, comm: 'init' });
const EVERYTHING: Selection = {
  programs: [],
  forks: true,
  users: new Set(),
  recorderPid: 4242,
};

/** The state after a sample of everything each second, from one moment of boot time to another. */
function observed(
  processes: Plan[],
  [fromMs, toMs]: [number, number],
  selection = EVERYTHING,
): TrackerState {
  let state = emptyState(ANCHOR_MS, { process: 1, credit: 1 });
  for (let bootMs = fromMs; bootMs <= toMs; bootMs += 1_000) {
    const at = { anchorMs: ANCHOR_MS, afterGap: false };
    state = observe(state, simulatedPs([INIT, ...processes], bootMs), at, selection).state;
  }
  return state;
}

function next(bootMs: number, overrides: Partial<Parameters<typeof chooseInterest>[1]> = {}) {
  return { bootMs, anchorMs: ANCHOR_MS, afterGap: false, knowsAllChildren: true, ...overrides };
}

/** As if nobody had been asked for after `sampledBootMs`. */
function withoutSamplesSince(state: TrackerState, sampledBootMs: number): TrackerState {
  const lifecycles = [...state.lifecycles].map(
    ([pid, each]) => [pid, { ...each, sampledBootMs }] as const,
  );
  return { ...state, lifecycles: new Map(lifecycles) };
}

const busy = plan({ pid: 100, percent: 20 });
const sleeper = plan({ pid: 101, uid: 0 });

test('a busy process is due, and of a long idle one it is enough that it exists', () => {
  const state = observed([busy, sleeper], [2_000, 62_000]);
  expect(chooseInterest(state, next(63_000))).toEqual({
    bootMs: 63_000,
    everything: false,
    due: [100],
    idle: [1, 101],
  });
});

test('an idle process is due after half the time that it has been idle', () => {
  const state = withoutSamplesSince(observed([sleeper], [2_000, 22_000]), 22_000);
  expect(chooseInterest(state, next(31_000)).due).not.toContain(101);
  expect(chooseInterest(state, next(32_000)).due).toContain(101);
});

test.each([
  ['after half a minute at the latest where its parent would tell', sleeper, {}, 30_000],
  ['after five seconds where its parent is another user’s', { ...sleeper, uid: 1001 }, {}, 5_000],
  ['after five seconds where its parent is not followed', { ...sleeper, ppid: 77 }, {}, 5_000],
  ['after five seconds where children are left out', sleeper, { knowsAllChildren: false }, 5_000],
])('an idle process is due %s', (_, process, overrides, waitMs) => {
  const state = observed([process], [2_000, 302_000]);
  expect(chooseInterest(state, next(302_000 + waitMs - 1_000, overrides)).due).not.toContain(101);
  expect(chooseInterest(state, next(302_000 + waitMs, overrides)).due).toContain(101);
});

test('a process that was seen once is due at once', () => {
  const state = observed([{ ...sleeper, startMs: 61_500 }], [2_000, 62_000]);
  expect(chooseInterest(state, next(62_500)).due).toContain(101);
});

test('a possible reaper of an ended child is due at once', () => {
  const child = plan({ pid: 102, ppid: 101, uid: 0, percent: 10, startMs: 2_000, lifeMs: 59_500 });
  const state = observed([sleeper, child], [2_000, 62_000]);
  expect(chooseInterest(state, next(63_000)).due).toContain(101);
});

test('of a process that left the selection it is enough that it exists, however long ago that was', () => {
  const leaves = plan({ pid: 103, changes: [{ atAgeMs: 10_000, uid: 1002 }] });
  const selection = { ...EVERYTHING, users: new Set(['1001']) };
  const state = observed([leaves], [2_000, 302_000], selection);
  expect(chooseInterest(state, next(303_000))).toMatchObject({ due: [], idle: [103] });
});

test('of a process that is not followed for its user alone it is enough that it exists: its forks may be followed', () => {
  const master = plan({ pid: 104, uid: 0, comm: 'server' });
  const selection = {
    ...EVERYTHING,
    programs: [programName('server')],
    users: new Set(['1001']),
  };
  const state = observed([master], [2_000, 5_000], selection);
  expect(chooseInterest(state, next(6_000))).toMatchObject({ due: [], idle: [104] });
});

test('everything is due when a quarter-hour begins, until it was sampled, and after a gap', () => {
  const state = observed([sleeper], [890_000, 899_000]);
  expect(chooseInterest(state, next(899_900)).everything).toBe(false);
  // At the mark itself all that a sample shows is of the quarter-hour before.
  expect(chooseInterest(state, next(900_000)).everything).toBe(false);
  expect(chooseInterest(observed([sleeper], [890_000, 900_000]), next(901_000)).everything).toBe(
    true,
  );
  expect(chooseInterest(state, next(900_001)).everything).toBe(true);
  const failedOnce = { ...state, lastTickBootMs: 900_100 };
  expect(chooseInterest(failedOnce, next(901_000)).everything).toBe(true);
  expect(chooseInterest(state, next(899_900, { afterGap: true })).everything).toBe(true);
});
