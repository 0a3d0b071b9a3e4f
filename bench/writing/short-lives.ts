import { join } from 'node:path';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { PassingLives } from '../simulation/passing-lives.js';
import { SimulatedRecording } from './simulated-recording.js';
import { type Size, sizeOf } from './size.js';

const INTERVAL_MS = 1_000;

/** After the last start: until all are gone and their records complete. */
const LAST_TICKS = 15;

/** A whole quarter-hour, so that no life crosses into the next. */
const MOST_TICKS = 900 - LAST_TICKS - 1;

/** Records so many processes that live for a second or two, all within one quarter-hour. */
export function recordShortLives(lifecycles: number): Size {
  const path = join(temporaryFolder(), 'psusage.db');
  const recording = new SimulatedRecording(path);
  const startsPerSample = Math.ceil(lifecycles / MOST_TICKS);
  const lives = new PassingLives({ staying: 0, startsPerSample, ownCommandOneIn: Infinity });
  let bootMs = INTERVAL_MS;
  for (; lives.started < lifecycles; bootMs += INTERVAL_MS) {
    recording.tick(lives.next(bootMs), bootMs);
  }
  for (let i = 0; i < LAST_TICKS; i++, bootMs += INTERVAL_MS) {
    recording.tick(lives.running(), bootMs);
  }
  recording.end();
  return sizeOf(path);
}
