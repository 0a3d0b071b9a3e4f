import type { Snapshot } from '../ps/sample.js';
import type { Lifecycle } from './lifecycle.js';
import type { UntrackedProcesses } from './untracked.js';

/** A moment of boot time, with the wall clock of that moment. */
export interface Moment {
  bootMs: number;
  /** Wall time at boot time 0. */
  anchorMs: number;
}

/** One moment of sampling, with what is known of the one before. */
export interface Tick extends Moment {
  /** No sample was taken for a stretch before this one. */
  afterGap: boolean;
  /** Boot time of the tick before; undefined at the very first of this boot. */
  lastBootMs: number | undefined;
  /** Undefined at the first tick of a run. */
  untracked: UntrackedProcesses | undefined;
  /** The run before had the same selection: a process that it did not follow did not exist. */
  sameSelection: boolean;
  snapshot: Snapshot;
  /** No child of its has gone whose CPU time is not on its account yet. */
  areChildrenSettled: (parent: Lifecycle) => boolean;
}

/** Wall time at a moment of boot time, in ms since 1970. */
export function wallMs({ anchorMs, bootMs }: Moment, atBootMs = bootMs): number {
  return anchorMs + atBootMs;
}
