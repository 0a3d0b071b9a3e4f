import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliRun } from '../../test/cli.js';
import { between } from '../../test/random.js';
import { formatSeconds, median } from '../shared/table.js';
import { type Drill, type Fault, makeFolder, type Outcome } from './fault.js';
import { BURNER, type BurningLoad, endLoad, startBurningLoad } from './load.js';
import { isNear, missingPart, Onlooker, readSums } from './look.js';
import { INTERVAL_MS, isRunning, startRecorder, stopRecorder, waitForTick } from './recorder.js';

/** One kill in so many comes while the recorder starts, the others so long after its first sample. */
const EARLY_ONE_IN = 4;
const EARLY_MS = { low: 0, high: 800 };
const LATER_MS = { low: 0, high: 700 };

/** Of what the kernel counted; the sums at the end are no farther from it. */
const MOST_MISSING = 0.01;

/** The load ends by itself after so long a kill. */
const MOST_SECONDS_A_KILL = 10;

const TELL_EACH = 25;
const MOST_TOLD = 10;

/** `kill -9` at random moments, a start at once, and a look at the journal after each. */
export const kills: Fault = {
  name: 'kills',
  done: 'killed at random moments, in its start too, and started again at once',
  run: killAgainAndAgain,
};

/** What became of each kill. */
interface Tally {
  readonly breaches: string[];
  /** From the last sample in the journal to the kill, where that run had one. */
  readonly agesMs: number[];
}

async function killAgainAndAgain(drill: Drill): Promise<Outcome> {
  const { cleanup, kills } = drill;
  const folder = await makeFolder(drill);
  const journal = join(folder, 'psusage.db');
  const onlooker = new Onlooker(journal);
  const tally: Tally = { breaches: [], agesMs: [] };

  const first = startRecorder({ program: BURNER, journal }, cleanup);
  await waitForTick(journal, first);
  const seconds = kills * MOST_SECONDS_A_KILL;
  const load = await startBurningLoad({ folder, seed: drill.seed, seconds });
  cleanup.defer(load.kill);
  const last = await killEach(drill, { journal, onlooker, tally, recorder: first });
  return endAndCompare({ journal, onlooker, tally, recorder: last }, load, kills);
}

interface Scene {
  readonly journal: string;
  readonly onlooker: Onlooker;
  readonly tally: Tally;
  readonly recorder: CliRun;
}

/** @returns the recorder that was started after the last kill */
async function killEach(drill: Drill, scene: Scene): Promise<CliRun> {
  const { journal, onlooker, tally } = scene;
  let { recorder } = scene;
  for (let n = 1; n <= drill.kills; n++) {
    const isEarly = between(drill.random, 1, EARLY_ONE_IN) === 1;
    await waitForMoment(drill, journal, recorder, isEarly);
    if (!isRunning(recorder)) tally.breaches.push(`ended by itself: ${recorder.stderr().trim()}`);
    recorder.child.kill('SIGKILL');
    const killedMs = Date.now();
    await recorder.ended;
    const look = await onlooker.copy();
    recorder = startRecorder({ program: BURNER, journal }, drill.cleanup);
    const { breaches, lastTickMs } = await look();
    tally.breaches.push(...breaches.map((words) => `after kill ${n}: ${words}`));
    if (!isEarly && lastTickMs !== undefined) tally.agesMs.push(killedMs - lastTickMs);
    if (n % TELL_EACH === 0) drill.progress(formatProgress(n, drill.kills, scene));
    if (tally.breaches.length > MOST_TOLD) break;
  }
  return recorder;
}

async function waitForMoment(
  { random, signal }: Drill,
  journal: string,
  recorder: CliRun,
  isEarly: boolean,
): Promise<void> {
  if (!isEarly) await waitForTick(journal, recorder);
  const { low, high } = isEarly ? EARLY_MS : LATER_MS;
  await sleep(between(random, low, high), undefined, { signal });
}

async function endAndCompare(scene: Scene, load: BurningLoad, kills: number): Promise<Outcome> {
  const { journal, onlooker, tally, recorder } = scene;
  await waitForTick(journal, recorder);
  const { kernelMs, left } = await endLoad(load, journal);
  const exit = await stopRecorder(recorder);
  const { breaches } = await onlooker.look();
  const sums = readSums(journal);
  const missing = missingPart(sums, kernelMs);
  const lostMs = (missing * kernelMs) / kills;
  const tickMs = INTERVAL_MS * availableParallelism();
  tally.breaches.push(...breaches.map((words) => `at the end: ${words}`));
  if (left > 0) tally.breaches.push(`${left} processes and records are not over at the end`);
  if (exit !== 0) tally.breaches.push(`the last recorder ended with ${String(exit)}`);
  if (!isNear(sums, kernelMs, MOST_MISSING)) tally.breaches.push('the sums are more than 1 % off');
  if (lostMs > tickMs) tally.breaches.push('more was lost a kill than a tick can hold');
  return {
    seen: [
      `${kills} kills; ${sums.processes} processes, ${onlooker.completeRecords} complete records, ${sums.records} in all`,
      `the kernel counted ${formatSeconds(kernelMs)} s, the journal ${formatSeconds(sums.recordedMs + sums.priorMs)} s: ` +
        `${(-100 * missing).toFixed(3)} %, ${lostMs.toFixed(2)} ms lost a kill (a tick holds up to ${tickMs} ms)`,
      `of it ${formatSeconds(sums.unseenMs)} s unseen, ${formatSeconds(sums.priorMs)} s prior`,
      ...formatAge(tally.agesMs),
    ],
    logged: [],
    breaches: tally.breaches.slice(0, MOST_TOLD),
  };
}

function formatProgress(n: number, kills: number, { onlooker, tally }: Scene): string {
  return `${n} of ${kills} kills, ${onlooker.completeRecords} complete records, ${tally.breaches.length} breaches`;
}

function formatAge(agesMs: readonly number[]): string[] {
  if (agesMs.length === 0) return [];
  return [`the last sample before a kill was ${median(agesMs).toFixed(0)} ms old in the median`];
}
