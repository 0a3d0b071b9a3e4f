import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../../test/random.js';
import { EVERY_MOOD, moodyPs } from '../../test/record/ps/moody-ps.js';
import { type Drill, type Fault, makeFolder, type Outcome } from './fault.js';
import { underLoad } from './scene.js';

/** A ps that leaves processes out is another fault. */
const HONEST = EVERY_MOOD.filter((each) => each !== 'omits half');
const TURNS = 25;
const MOOD_MS = { low: 100, high: 1_500 };

/** ps is missing, slow, hangs, fails, prints rubbish or half of it, one after the other at random. */
export const psStorm: Fault = {
  name: 'ps-storm',
  done: `ps is, in turn at random: ${HONEST.filter((each) => each !== 'well').join(', ')}`,
  run: (drill) => storm(drill, HONEST, TURNS),
};

/** ps answers well, but leaves processes out that live: each has to be one lifecycle all the same. */
export const lyingPs: Fault = {
  name: 'lying-ps',
  done: 'ps leaves half of the processes out of its list, now and then',
  run: (drill) => storm(drill, ['omits half', 'well'], TURNS),
};

/** Has ps be in one mood after the other, and well at the end. */
export async function storm(
  drill: Drill,
  moods: typeof EVERY_MOOD,
  turns: number,
): Promise<Outcome> {
  const folder = await makeFolder(drill);
  const tell = moodyPs(folder);
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  const isHonest = !moods.includes('omits half');
  const promise = isHonest ? { gap: 'ps' as const } : { nothingPrior: true };
  return underLoad(drill, { folder, env, mostMissing: 0.02, ...promise }, async () => {
    for (let turn = 0; turn < turns; turn++) {
      tell(moods[between(drill.random, 0, moods.length - 1)] ?? 'well');
      const moodMs = between(drill.random, MOOD_MS.low, MOOD_MS.high);
      await sleep(moodMs, undefined, { signal: drill.signal });
    }
    tell('well');
  });
}
