// A recorder's writing in a process of its own, for `npm run bench:prune`: the journal; ticks of a hundred processes that
// changed, ten a second, until SIGTERM. Prints a line for each: when it began, in ms since 1970, and how long it took, in ms.
import { setTimeout as sleep } from 'node:timers/promises';
import { changingProcesses, ticksFrom } from '../writing/changing-processes.js';
import { beginJournal } from '../writing/simulated-recording.js';
import { CHANGING, INTERVAL_MS } from './ticks.js';

const [path = ''] = process.argv.slice(2);
const { journal, state } = beginJournal(path);
const over = new AbortController();
process.once('SIGTERM', () => {
  over.abort();
});

for (const tick of ticksFrom(state, changingProcesses(CHANGING))) {
  if (over.signal.aborted) break;
  const [beganMs, fromMs] = [Date.now(), performance.now()];
  const unwritten = journal.writeTick(tick);
  console.log(`${beganMs} ${performance.now() - fromMs}`);
  if (unwritten !== undefined) throw unwritten;
  await sleep(INTERVAL_MS);
}
journal.close();
