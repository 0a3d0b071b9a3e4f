import type { Load, LoadPlace } from './load.js';
import { type PlannedWorker, runPlannedWorkers } from './planned-workers.js';
import { between, seededRandom } from './random.js';

const PROGRAM = 'psbench-pool';

/** How many workers there are for each second that was asked for. */
const WORKERS_PER_SECOND = 1.5;

const LIFE_MS = { low: 2_000, high: 15_000 };
const PERCENT = { low: 1, high: 20 };

/** Workers of all users that come and go under one master of root, about a dozen at once. */
export const poolLoad: Load = {
  name: 'pool',
  programs: [PROGRAM],
  run: (place) => runPlannedWorkers({ program: PROGRAM }, planPool(place), place),
};

function planPool({ seconds, seed, users }: LoadPlace): PlannedWorker[] {
  const random = seededRandom(seed);
  const lastStartMs = Math.max(0, seconds * 1000 - LIFE_MS.high / 2);
  return Array.from({ length: Math.round(seconds * WORKERS_PER_SECOND) }, () => ({
    startMs: between(random, 0, lastStartMs),
    lifeMs: between(random, LIFE_MS.low, LIFE_MS.high),
    percent: between(random, PERCENT.low, PERCENT.high),
    user: users[between(random, 0, users.length - 1)] ?? users[0],
  }));
}
