import type { Load, LoadPlace } from './load.js';
import { type PlannedWorker, runPlannedWorkers } from './planned-workers.js';
import { seededRandom } from './random.js';

const PROGRAM = 'psbench-fork';

const LIFE_MS = { low: 50, high: 400 };

/** Between the planned end of a fork and the start of the next one. */
const PAUSE_MS = 10;

/** Forks of the first user, one after the other, most of them too short for a sampler to see. */
export const forksLoad: Load = {
  name: 'forks',
  programs: [PROGRAM],
  run: (place) => {
    const [user] = place.users;
    return runPlannedWorkers({ program: PROGRAM, user }, planForks(place), place);
  },
};

/** Its parent is never quiet for long enough to tell of its last forks. */
const SHORT_LINGER_SECONDS = 1.5;

/** The same, under a parent that ends soon after the last of them and that nobody followed waits for. */
export const endingForksLoad: Load = {
  name: 'ending-forks',
  programs: [PROGRAM],
  run: (place) => {
    const [user] = place.users;
    const master = { program: PROGRAM, user, lingerSeconds: SHORT_LINGER_SECONDS };
    return runPlannedWorkers(master, planForks(place), place);
  },
};

function planForks({ seconds, seed, users: [user] }: LoadPlace): PlannedWorker[] {
  const random = seededRandom(seed);
  const plan: PlannedWorker[] = [];
  for (let startMs = 0; startMs < seconds * 1000;) {
    // As many from 50 to 100 ms as from 200 to 400 ms.
    const lifeMs = Math.round(LIFE_MS.low * (LIFE_MS.high / LIFE_MS.low) ** random());
    plan.push({ startMs, lifeMs, percent: 100, user });
    startMs += lifeMs + PAUSE_MS;
  }
  return plan;
}
