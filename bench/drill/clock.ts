import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../loads/random.js';
import type { Fault } from './fault.js';
import { newFolder, underLoad } from './scene.js';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

const HOUR_SECONDS = 3_600;
const YEAR_SECONDS = 365 * 86_400;

/** From the true time. */
const OFFSETS_SECONDS = [
  HOUR_SECONDS,
  -3 * HOUR_SECONDS,
  YEAR_SECONDS,
  -2 * YEAR_SECONDS,
  2 * HOUR_SECONDS,
  0,
];

/** The recorder alone sees a wall clock that is set; boot time goes on, as it does for a real one. */
export const setClock: Fault = {
  name: 'clock',
  done: 'the wall clock is set back and forth by hours and years',
  missing: () => (existsSync(LIBRARY) ? undefined : 'needs faketime'),
  run: async (drill) => {
    const folder = await newFolder(drill);
    const offset = join(folder, 'offset');
    await writeFile(offset, '+0');
    const env = {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
    return underLoad(drill, { folder, env, mostMissing: 0.02 }, async () => {
      for (const seconds of OFFSETS_SECONDS) {
        await writeFile(offset, `${seconds < 0 ? '' : '+'}${seconds}`);
        await sleep(between(drill.random, 1_500, 4_000), undefined, { signal: drill.signal });
      }
    });
  },
};
