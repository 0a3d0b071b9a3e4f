import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../loads/random.js';
import type { Fault } from './fault.js';
import { newFolder, underLoad } from './scene.js';

const STOPS = 5;
const STOPPED_MS = { low: 1_000, high: 5_000 };

/** Nothing that the kernel shows tells it from a machine that is suspended, but the clock that does not stand. */
export const stopped: Fault = {
  name: 'stopped',
  done: 'SIGSTOP and SIGCONT of the recorder, for seconds: what a suspend is to it, but for the clock',
  run: async (drill) => {
    const folder = await newFolder(drill);
    const options = { folder, mostMissing: 0.02, gap: 'late' as const };
    return underLoad(drill, options, async ({ recorder }) => {
      for (let n = 0; n < STOPS; n++) {
        recorder().child.kill('SIGSTOP');
        await sleep(between(drill.random, STOPPED_MS.low, STOPPED_MS.high));
        recorder().child.kill('SIGCONT');
        await sleep(between(drill.random, 200, 1_000), undefined, { signal: drill.signal });
      }
    });
  },
};
