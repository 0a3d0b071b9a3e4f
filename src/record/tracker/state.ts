import { type Carried, KnownCommands, type NextIds } from './change-set.js';
import type { Claim } from './claims.js';
import type { Lifecycle } from './lifecycle.js';
import type { UserNames } from '../ps/users.js';
import { type EndedRecorder, NOTHING_MEASURED, type SelfMeasure } from './self.js';
import type { UntrackedProcesses } from './untracked.js';

/** Everything the recorder knows between two ticks. A value: each tick makes a new one. */
export interface TrackerState extends Carried {
  /** Followed and remembered processes by pid. */
  lifecycles: ReadonlyMap<number, Lifecycle>;
  /** CPU time that ended processes brought to one of several reapers, until it is known to which. */
  claims: readonly Claim[];
  /** Undefined before the first snapshot of this run. */
  untracked: UntrackedProcesses | undefined;
  /** Programs by pid of processes that are not followed because of their user alone; their forks may be. */
  filtered: ReadonlyMap<number, string>;
  userNames: UserNames;
  /** When the last sample was taken, also by an earlier run of this boot; undefined before the first. */
  lastTickBootMs: number | undefined;
  anchorMs: number;
  /** The run before had the same selection: a process that it did not follow did not exist. */
  sameSelection: boolean;
  /** What recording itself has used in this run. */
  self: SelfMeasure;
  /** The recorder of the run before, for its reaper; undefined after the first sample of this run. */
  endedRecorder: EndedRecorder | undefined;
}

export function emptyState(anchorMs: number, next: NextIds): TrackerState {
  return {
    lifecycles: new Map(),
    pending: [],
    claims: [],
    untracked: undefined,
    filtered: new Map(),
    userNames: new Map(),
    lastTickBootMs: undefined,
    anchorMs,
    sameSelection: false,
    self: NOTHING_MEASURED,
    endedRecorder: undefined,
    knownCommands: new KnownCommands(0),
    next,
  };
}
