import { seededRandom } from '../../loads/random.js';
import { missedSpans } from '../runs.js';
import { writeJournal } from '../write.js';
import { EXAMPLE_FROM_MS, EXAMPLE_RECORDER, EXAMPLE_TO_MS } from './calendar.js';
import { exampleHost } from './host.js';

const SEED = 1;

/** Makes the journal that examples are shown of: always the same rows. It takes some seconds. */
export function generateExample(path: string): void {
  const random = seededRandom(SEED);
  const [fromMs, toMs] = [EXAMPLE_FROM_MS, EXAMPLE_TO_MS];
  const host = exampleHost(random, fromMs, missedSpans(EXAMPLE_RECORDER));
  writeJournal(path, { host, recorder: EXAMPLE_RECORDER, fromMs, toMs }, random);
}
