import type { Load } from './load.js';
import { runPlannedWorkers } from './planned-workers.js';

const PROGRAM = 'psbench-busy';

/** One process of the second user as busy as a vCPU allows, and its parent, which waits for it. */
export const busyChildLoad: Load = {
  name: 'busy-child',
  programs: [PROGRAM],
  run: (place) => {
    const [, user] = place.users;
    const worker = { startMs: 500, lifeMs: place.seconds * 1000, percent: 100, user };
    return runPlannedWorkers({ program: PROGRAM, user }, [worker], place);
  },
};
