import type { Interest } from '../ps/question.js';
import type { Lifecycle } from './lifecycle.js';
import type { TrackerState } from './tracker.js';
import { quarterOf } from '../../shared/units.js';

/** Who does nothing is asked for after a part of the time that it has done nothing for, */
const PART_OF_IDLE_TIME = 1 / 2;

/** but no later than this. */
const MAX_WAIT_MS = 30_000;

/**
 * Which processes ps is to be asked for now, and of which it is enough to know that they are there. CPU
 * time is cumulative, so that none is lost by asking late; who has to tell of an ended child is asked at once.
 */
export function interestOf(
  state: TrackerState,
  now: { bootMs: number; anchorMs: number; afterGap: boolean },
): Interest {
  const { pending, claims } = state;
  const reapers = new Set([...pending, ...claims].flatMap((each) => each.reapers));
  const due: number[] = [];
  const idle: number[] = [];
  for (const lifecycle of state.lifecycles.values()) {
    const isDue = reapers.has(lifecycle.processId) || hasWaited(lifecycle, now.bootMs);
    (isDue ? due : idle).push(lifecycle.pid);
  }
  const isNewQuarter =
    state.lastTickBootMs === undefined ||
    quarterOf(now.anchorMs + now.bootMs) !== quarterOf(state.anchorMs + state.lastTickBootMs);
  return {
    everything: now.afterGap || isNewQuarter,
    due,
    idle: [...idle, ...state.filtered.keys()],
  };
}

function hasWaited(
  { sampledTwice, sampledBootMs, movedBootMs }: Lifecycle,
  bootMs: number,
): boolean {
  const idleMs = sampledBootMs - movedBootMs;
  const waitMs = Math.min(idleMs * PART_OF_IDLE_TIME, MAX_WAIT_MS);
  return !sampledTwice || bootMs - sampledBootMs >= waitMs;
}
