import type { Interest } from '../ps/query.js';
import type { Lifecycle } from './lifecycle.js';
import type { TrackerState } from './state.js';
import { startOfQuarter } from '../../shared/units.js';

/** An idle process is queried after this part of the time that it has been idle, */
const PART_OF_IDLE_TIME = 1 / 2;

/** but no later than this where its parent tells what it used between its last sample and its end; */
const MAX_WAIT_MS = 30_000;

/** and no later than this where it does not, or where that would be charged to another user. */
const MAX_WAIT_UNTOLD_MS = 5_000;

/** The next tick. */
interface NextTick {
  bootMs: number;
  anchorMs: number;
  afterGap: boolean;
  /** No child is left out of the selection; otherwise nothing is concluded from what parents have reaped. */
  knowsAllChildren: boolean;
}

/**
 * Chooses the processes to query now, and those of which it is enough to know that they exist. CPU time is cumulative,
 * so none is lost by querying late; a possible reaper of an ended child is queried at once.
 */
export function chooseInterest(state: TrackerState, next: NextTick): Interest {
  const { pending, claims, lifecycles, filtered, untracked, anchorMs } = state;
  const reapers = new Set([...pending, ...claims].flatMap((each) => each.reapers));
  const isDue = (each: Lifecycle) =>
    reapers.has(each.processId) || hasWaited(each, maxWaitMs(each, lifecycles, next), next.bootMs);
  const due: number[] = [];
  const idle: number[] = [];
  for (const each of lifecycles.values()) {
    const list = each.condition !== 'unfollowed' && isDue(each) ? due : idle;
    list.push(each.pid);
  }
  // What a sample at the very mark shows was used before it: that one moves no slice into the new quarter-hour.
  const isNewQuarter =
    untracked === undefined ||
    startOfQuarter(next.anchorMs + next.bootMs - 1) !==
      startOfQuarter(anchorMs + untracked.wholeBootMs - 1);
  return {
    bootMs: next.bootMs,
    everything: next.afterGap || isNewQuarter,
    due,
    idle: [...idle, ...filtered.keys()],
  };
}

function maxWaitMs(
  { ppid, account }: Lifecycle,
  lifecycles: TrackerState['lifecycles'],
  { knowsAllChildren }: NextTick,
): number {
  const parent = lifecycles.get(ppid);
  const isTold = knowsAllChildren && parent?.account.uid === account.uid;
  return isTold ? MAX_WAIT_MS : MAX_WAIT_UNTOLD_MS;
}

function hasWaited(
  { sampledTwice, sampledBootMs, movedBootMs }: Lifecycle,
  maxMs: number,
  bootMs: number,
): boolean {
  const waitMs = Math.min((sampledBootMs - movedBootMs) * PART_OF_IDLE_TIME, maxMs);
  return !sampledTwice || bootMs - sampledBootMs >= waitMs;
}
