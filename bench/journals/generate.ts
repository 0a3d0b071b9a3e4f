import { QUARTER_HOUR_MS } from '../../src/shared/units.js';
import { seededRandom } from '../loads/random.js';
import { steadyRuns } from './runs.js';
import { startsByQuarter } from './short-lives.js';
import { uniformHost } from './uniform-host.js';
import { writeEmptyJournal, writeJournal } from './write.js';

const QUARTERS_PER_DAY = 96;

/** What a journal is to hold. */
export interface GeneratedJournal {
  /** Lifecycles of a few seconds, in all; services that live all the time come on top. */
  readonly lifecycles: number;
  readonly days: number;
  /** The end of the last day, a quarter-hour of UTC, in ms since 1970. */
  readonly toMs: number;
  readonly seed: number;
}

/**
 * Makes a journal as a recorder would have left it on a host of fifty sites, the same rows for the same
 * seed. A million lifecycles take half a minute.
 */
export function generateJournal(path: string, wanted: GeneratedJournal): void {
  const { lifecycles, days, toMs, seed } = wanted;
  const fromMs = firstQuarter(days, toMs);
  const random = seededRandom(seed);
  const starts = startsByQuarter(lifecycles, fromMs, days * QUARTERS_PER_DAY);
  const host = uniformHost(random, (ms) => starts[(ms - fromMs) / QUARTER_HOUR_MS] ?? 0);
  writeJournal(path, { host, recorder: steadyRuns(fromMs, toMs), fromMs, toMs }, random);
}

/** Makes a journal of the same runs in which no process was ever seen. */
export function generateEmptyJournal(path: string, days: number, toMs: number): void {
  writeEmptyJournal(path, steadyRuns(firstQuarter(days, toMs), toMs));
}

function firstQuarter(days: number, toMs: number): number {
  return toMs - days * QUARTERS_PER_DAY * QUARTER_HOUR_MS;
}
