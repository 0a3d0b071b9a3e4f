import { between, seededRandom } from '../../test/random.js';
import type { BenchUser } from '../shared/stage.js';
import { LINGER_SECONDS, type Load, type LoadPlace, runCommand } from './load.js';
import { durationSeconds, type Worker, writeWorkers } from './workers.js';

/** A pool's workers: how many for each second that was asked for, how long they live, how busy they are. */
const WORKERS_PER_SECOND = 1.5;
const POOL_LIFE_MS = { low: 2_000, high: 15_000 };
const POOL_PERCENT = { low: 1, high: 20 };

const FORK_LIFE_MS = { low: 50, high: 400 };

/** Between the planned end of a fork and the start of the next one. */
const FORK_PAUSE_MS = 10;

/** Of a parent that is never quiet for long enough to tell of its last forks. */
const SHORT_LINGER_SECONDS = 1.5;

/** Workers of all users that come and go under one master of root, about a dozen at once. */
export const poolLoad: Load = {
  name: 'pool',
  programs: ['psbench-pool'],
  run: (place) => runWorkers(place, 'psbench-pool', planPool(place)),
};

/** Forks of the first user, one after the other, most of them too short for a sampler to see. */
export const forksLoad: Load = {
  name: 'forks',
  programs: ['psbench-fork'],
  run: (place) => runWorkers(place, 'psbench-fork', planForks(place), { user: place.users[0] }),
};

/** The same, under a parent that ends soon after the last of them and that nobody followed waits for. */
export const endingForksLoad: Load = {
  name: 'ending-forks',
  programs: ['psbench-fork'],
  run: (place) => {
    const master = { user: place.users[0], lingerSeconds: SHORT_LINGER_SECONDS };
    return runWorkers(place, 'psbench-fork', planForks(place), master);
  },
};

/** One process of the second user as busy as a vCPU allows, and its parent, which waits for it. */
export const busyChildLoad: Load = {
  name: 'busy-child',
  programs: ['psbench-busy'],
  run: (place) => {
    const [, user] = place.users;
    const worker = { startMs: 500, lifeMs: place.seconds * 1000, percent: 100, uid: user.uid };
    return runWorkers(place, 'psbench-busy', [worker], { user });
  },
};

/** @param master of root, who may fork workers of any user, when left out */
async function runWorkers(
  place: LoadPlace,
  program: string,
  plan: readonly Worker[],
  master: { readonly user?: BenchUser; readonly lingerSeconds?: number } = {},
): ReturnType<Load['run']> {
  const { user, lingerSeconds = LINGER_SECONDS } = master;
  const command = await writeWorkers(place.folder, program, plan, lingerSeconds);
  const seconds = durationSeconds(plan);
  const { topPid, exit } = await runCommand(command, { ...place, seconds }, { user });
  return { topPid, note: `${plan.length} workers in ${seconds.toFixed(1)} s, exit ${exit}` };
}

function planPool({ seconds, seed, users }: LoadPlace): Worker[] {
  const random = seededRandom(seed);
  const lastStartMs = Math.max(0, seconds * 1000 - POOL_LIFE_MS.high / 2);
  return Array.from({ length: Math.round(seconds * WORKERS_PER_SECOND) }, () => ({
    startMs: between(random, 0, lastStartMs),
    lifeMs: between(random, POOL_LIFE_MS.low, POOL_LIFE_MS.high),
    percent: between(random, POOL_PERCENT.low, POOL_PERCENT.high),
    uid: (users[between(random, 0, users.length - 1)] ?? users[0]).uid,
  }));
}

function planForks({ seconds, seed, users: [{ uid }] }: LoadPlace): Worker[] {
  const random = seededRandom(seed);
  const plan: Worker[] = [];
  for (let startMs = 0; startMs < seconds * 1000;) {
    // As many from 50 to 100 ms as from 200 to 400 ms.
    const lifeMs = Math.round(
      FORK_LIFE_MS.low * (FORK_LIFE_MS.high / FORK_LIFE_MS.low) ** random(),
    );
    plan.push({ startMs, lifeMs, percent: 100, uid });
    startMs += lifeMs + FORK_PAUSE_MS;
  }
  return plan;
}
