import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MS_PER_DAY } from '../../src/shared/units.js';
import type { Cleanup } from '../experiment/cleanup.js';
import { generateEmptyJournal, generateJournal } from './generate.js';

/** All journals of a bench are of so many days, and end with yesterday. */
export const DAYS = 90;

const SEED = 1;

/** Journals in a folder of their own, which goes with the bench. */
export interface Journals {
  /** The path of a journal of so many lifecycles; of runs without any process where there are none. */
  readonly pathOf: (lifecycles: number) => string;
  /** Of the first and the last day, YYYY-MM-DD in UTC. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** The first of so many days at the end. */
  readonly lastDays: (days: number) => string;
}

export async function makeJournals(
  sizes: readonly number[],
  cleanup: Cleanup,
  progress: (line: string) => void,
): Promise<Journals> {
  const folder = await mkdtemp(join(tmpdir(), 'psusage-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const toMs = Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY;
  const pathOf = (lifecycles: number): string => join(folder, `${lifecycles}.db`);
  for (const lifecycles of sizes) {
    progress(`generating a journal of ${lifecycles} lifecycles`);
    if (lifecycles === 0) generateEmptyJournal(pathOf(0), DAYS, toMs);
    else generateJournal(pathOf(lifecycles), { lifecycles, days: DAYS, toMs, seed: SEED });
  }
  const lastDays = (days: number): string => dayOf(toMs - days * MS_PER_DAY);
  return { pathOf, firstDay: lastDays(DAYS), lastDay: dayOf(toMs - 1), lastDays };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
