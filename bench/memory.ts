// What memory the recorder holds while a million lifecycles pass through; writes its section of
// docs/performance.md:
//   npm run bench:memory [-- --quick]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openJournalReadOnly } from '../src/shared/journal/open-read-only.js';
import { temporaryFolder } from '../test/temporary-folder.js';
import { compileInto } from './experiment/compiled.js';
import { renderTable } from './experiment/table.js';
import { type MemoryRun, type MemoryRuns, memoryTable, paragraphs } from './memory/page.js';
import { watchMemory } from './memory/watch.js';
import { writeSection } from './performance-page.js';
import { type Passing, PassingLives } from './simulation/passing-lives.js';

const HOUR_TICKS = 3_600;
const SHORT_TICKS = 180;

/** Those that pass live for one and a half seconds in the mean, so about 500 are followed at a time. */
const BUSY: Passing = { staying: 60, startsPerSample: 278, ownCommandOneIn: 10 };
const STEADY: Passing = { staying: 500, startsPerSample: 2, ownCommandOneIn: 10 };

const { quick } = parseArgs({ options: { quick: { type: 'boolean', default: false } } }).values;
const ticks = quick ? SHORT_TICKS : HOUR_TICKS;

const compiledFolder = temporaryFolder();
await compileInto(compiledFolder);
// Side by side, so that a busy machine is busy for all of them.
const [busy, steady, busyUnbounded, steadyUnbounded] = await Promise.all([
  record(BUSY, ticks, 'small'),
  record(STEADY, ticks, 'small'),
  record(BUSY, SHORT_TICKS, 'as V8 likes'),
  record(STEADY, SHORT_TICKS, 'as V8 likes'),
]);
const runs: MemoryRuns = { busy, steady, busyUnbounded, steadyUnbounded };
const { head, rows } = memoryTable(runs);
console.log(renderTable(head, rows));
const body = paragraphs(runs);
console.log(body.join('\n\n'));
if (!quick) {
  const command = 'npm run bench:memory';
  console.log(await writeSection({ heading: 'Memory', command, runs: 'one run of each', body }));
}

async function record(
  passing: Passing,
  ticks: number,
  heap: 'small' | 'as V8 likes',
): Promise<MemoryRun> {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const lives = new PassingLives(passing);
  const leavesHeap = heap === 'as V8 likes';
  const looks = await watchMemory({ compiledFolder, journalPath, lives, ticks, leavesHeap });
  return { looks, lifecycles: countLifecycles(journalPath) };
}

function countLifecycles(journalPath: string): number {
  const db = openJournalReadOnly(journalPath);
  try {
    return db.prepare<[], number>('SELECT count(*) FROM process').pluck().get() ?? 0;
  } finally {
    db.close();
  }
}
