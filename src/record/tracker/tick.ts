import type { Snapshot } from '../ps/sample.js';
import type { Lifecycle } from './lifecycle.js';
import type { Seen } from './seen.js';

/** One moment of sampling, with what is known of the one before. */
export interface Tick {
  bootMs: number;
  /** Wall time at boot time 0. */
  anchorMs: number;
  /** No sample was taken for a stretch before this one. */
  afterGap: boolean;
  /** Boot time of the tick before; undefined at the very first of this boot. */
  lastBootMs: number | undefined;
  /** What was seen before of who was not followed; undefined at the first tick of a run. */
  seen: Seen | undefined;
  /** What was not followed at the tick before, though it is asked for now, was not there. */
  sameSelection: boolean;
  snapshot: Snapshot;
  /** No child of its has gone whose CPU time is not on its account yet. */
  areChildrenSettled: (parent: Lifecycle) => boolean;
}

/** Wall time at a moment of boot time, in ms since 1970. */
export function wallMs(tick: Pick<Tick, 'anchorMs'>, bootMs: number): number {
  return tick.anchorMs + bootMs;
}
