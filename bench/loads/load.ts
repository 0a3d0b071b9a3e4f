import type { CpuCgroup } from '../truth/cgroup.js';
import type { BenchUsers } from './users.js';

/** Where, for whom and for how long a load runs. */
export interface LoadPlace {
  /** A temporary folder that every user can enter. */
  readonly folder: string;
  readonly users: BenchUsers;
  /** Everything that counts as the load starts in these; what drives it does not. */
  readonly cgroups: readonly CpuCgroup[];
  readonly seed: number;
  /** How long it goes on; starting and stopping come on top. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

export interface LoadOutcome {
  /** Processes that belong to the load with all their descendants, whoever they run as. */
  readonly topPids: readonly number[];
  /** What the load says of itself, a line each. */
  readonly notes: readonly string[];
}

/** A real load. All its processes have ended when `run` returns, or throws. */
export interface Load {
  readonly name: string;
  /** What a recorder has to be told to follow it. */
  readonly programs: readonly string[];
  run(place: LoadPlace): Promise<LoadOutcome>;
}

/** How much longer than planned a load may live before it is killed. */
export const LOAD_GRACE_SECONDS = 60;

/**
 * How long the parent of a load lives on, idle, after its last child: what it has reaped is held
 * against its children up to two ticks later.
 */
export const LINGER_SECONDS = 4;
