import { join } from 'node:path';
import { MS_PER_DAY } from '../../src/shared/units.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { changingProcesses } from './changing-processes.js';
import { SimulatedRecording } from './simulated-recording.js';
import { type Size, sizeOf } from './size.js';

/** The rows of a day are the same ones, however often each is updated. */
const INTERVAL_MS = 15_000;

/** Records so many processes that use CPU time all day long: 96 records each. */
export function recordLongLives(processes: number): Size {
  const path = join(temporaryFolder(), 'psusage.db');
  const recording = new SimulatedRecording(path);
  const lives = changingProcesses(processes);
  for (let bootMs = INTERVAL_MS; bootMs <= MS_PER_DAY; bootMs += INTERVAL_MS) {
    recording.tick(lives, bootMs);
  }
  recording.end();
  return sizeOf(path);
}
