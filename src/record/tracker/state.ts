import type { NextIds } from './book.js';
import type { Claim } from './claims.js';
import type { Pending } from './end.js';
import type { Lifecycle } from './lifecycle.js';
import { SeenCommands } from './name-bound.js';
import type { Seen } from './seen.js';
import type { UserNames } from '../ps/users.js';
import { type EndedRecorder, NOTHING_MEASURED, type SelfMeasure } from './self.js';

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
  userNames: UserNames;
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
    userNames: new Map(),
    lastTickBootMs: undefined,
    anchorMs,
    sameSelection: false,
    self: NOTHING_MEASURED,
    endedRecorder: undefined,
    seenCommands: new SeenCommands(0),
    next,
  };
}
