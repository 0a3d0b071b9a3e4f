import { claimsOfPsusage } from '../accuracy/claims.js';
import { type Errors, errorsOf } from '../accuracy/errors.js';
import type { Cleanup } from '../experiment/cleanup.js';
import { recordLoadWithEach } from '../experiment/record-load.js';
import type { Stage } from '../experiment/stage.js';
import { busyChildLoad } from '../loads/busy-child.js';
import { forksLoad } from '../loads/forks.js';
import type { Load } from '../loads/load.js';
import { poolLoad } from '../loads/pool.js';
import { threadsLoad } from '../loads/threads.js';
import type { PsVersion } from './packages.js';

/** A load that all versions watch. */
export interface WatchedLoad {
  /** As the page calls it. */
  readonly name: string;
  readonly load: Load;
  readonly seconds: number;
}

export const LOADS_WATCHED: readonly WatchedLoad[] = [
  { name: 'short forks', load: forksLoad, seconds: 40 },
  { name: 'pool workers', load: poolLoad, seconds: 50 },
  { name: 'CPU-bound', load: busyChildLoad, seconds: 25 },
  { name: 'threads', load: threadsLoad, seconds: 25 },
];

const QUICK_SECONDS = 15;

/** One run of a load, as each version of ps showed it. */
export interface VersionRun {
  readonly name: string;
  readonly kernelMs: number;
  /** In the order of the versions. */
  readonly errors: readonly Errors[];
  /** CPU time of the recorder with its ps ÷ its time, in the same order. */
  readonly recorderPercents: readonly number[];
  /** What must hold in a journal and doesn't, with the version's. */
  readonly broken: readonly string[];
}

/** Runs a load once, with a recorder beside it for each version. */
export async function compareVersions(
  { name, load, seconds }: WatchedLoad,
  versions: readonly PsVersion[],
  place: Stage & { readonly quick: boolean; readonly seed: number; readonly signal: AbortSignal },
  cleanup: Cleanup,
): Promise<VersionRun> {
  const recorded = await recordLoadWithEach(
    load,
    versions.map(({ folder }) => folder),
    { ...place, seconds: place.quick ? Math.min(seconds, QUICK_SECONDS) : seconds },
    cleanup,
  );
  const users = place.users.map((user): [string, number] => [user.name, user.uid]);
  const uids = new Map<string, number>([['root', 0], ...users]);
  return {
    name,
    kernelMs: recorded[0]?.observation.totalCpuMs ?? NaN,
    errors: recorded.map((each) =>
      errorsOf(each.observation, claimsOfPsusage(each), { bar: undefined, uids }),
    ),
    recorderPercents: recorded.map(({ cost }) => (100 * cost.cpuMs) / cost.durationMs),
    broken: recorded.flatMap(({ checks }, at) =>
      checks
        .filter(({ broken }) => broken.length > 0)
        .map((check) => `${versions[at]?.version ?? ''}: ${check.name}`),
    ),
  };
}
