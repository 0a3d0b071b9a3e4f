import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { CliRun } from '../../test/cli.js';
import { between } from '../../test/random.js';
import { readNumber } from '../shared/journal.js';
import { type Drill, type Fault, makeFolder, type Outcome } from './fault.js';
import { BURNER } from './load.js';
import { Onlooker } from './look.js';
import { isRunning, startRecorder, stopRecorder, waitForTick } from './recorder.js';

/** No fewer, however few kills are asked for, and no more: each has a folder and a journal of its own. */
const STARTS = { least: 10, most: 100 };

/** One in so many is killed at any moment of its start, the others so long after they began the file. */
const ANY_ONE_IN = 5;
const ANY_MS = { low: 0, high: 600 };
const MAKING_MS = { low: 0, high: 120 };

const CRASHED = "SELECT count(*) FROM recorder_run WHERE end_reason = 'crashed'";

/** `kill -9` while the journal is made and migrated, in a new folder each time. */
export const firstStart: Fault = {
  name: 'first-start',
  done: 'killed at random moments of its very first start, while the journal is made, and started again',
  run: async (drill): Promise<Outcome> => {
    const starts = Math.min(Math.max(drill.kills, STARTS.least), STARTS.most);
    const found = new Map<string, number>();
    const breaches: string[] = [];
    for (let n = 1; n <= starts; n++) {
      const { left, broken } = await killFirstStart(drill);
      found.set(left, (found.get(left) ?? 0) + 1);
      breaches.push(...broken.map((words) => `after kill ${n}, which left ${left}: ${words}`));
    }
    const kinds = [...found].map(([left, count]) => `${count} left ${left}`).sort();
    return { seen: [`${starts} kills: ${kinds.join(', ')}`], logged: [], breaches };
  },
};

/** What a kill left behind, and what of it must not be. */
interface Killed {
  readonly left: string;
  readonly broken: readonly string[];
}

async function killFirstStart(drill: Drill): Promise<Killed> {
  const journal = join(await makeFolder(drill), 'state', 'psusage.db');
  const onlooker = new Onlooker(journal);
  const first = startRecorder({ program: BURNER, journal }, drill.cleanup);
  await waitForMoment(drill, journal, first);
  first.child.kill('SIGKILL');
  await first.ended;
  const file = fileOf(journal);
  const before = await onlooker.look();
  const second = startRecorder({ program: BURNER, journal }, drill.cleanup);
  await waitForTick(journal, second);
  const exit = await stopRecorder(second);
  const after = await onlooker.look();
  return {
    left:
      file === 'a journal' && readNumber(journal, CRASHED) === 1
        ? 'a journal that it recorded in'
        : file,
    broken: [
      ...before.breaches,
      ...after.breaches,
      ...(exit === 0 ? [] : [`the next recorder ended with ${String(exit)}`]),
      ...(second.stderr().includes('damaged') ? ['the next recorder found damage'] : []),
    ],
  };
}

async function waitForMoment({ random, signal }: Drill, journal: string, recorder: CliRun) {
  const isAny = between(random, 1, ANY_ONE_IN) === 1;
  while (!isAny && isRunning(recorder) && !existsSync(journal)) await setImmediate();
  const { low, high } = isAny ? ANY_MS : MAKING_MS;
  await sleep(between(random, low, high), undefined, { signal });
}

function fileOf(journal: string): string {
  if (!existsSync(journal)) return 'no file';
  const sizes = [journal, `${journal}-wal`].map(
    (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.every((size) => size === 0) ? 'an empty file' : 'a journal';
}
