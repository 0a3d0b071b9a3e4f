import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MS_PER_DAY } from '../../src/shared/units.js';
import { CLI } from '../../test/cli.js';
import type { Cleanup } from './cleanup.js';
import { NO_CONFIG } from './recorder.js';
import { formatCount, printProgress } from './table.js';
import { generateJournal } from '../../test/journals/generate.js';

/** All journals for reports are of so many days, and end with yesterday. */
export const DAYS = 90;

/** Journals in a folder of their own, which goes with the bench. */
export interface Journals {
  /** Dates in UTC, of the first of so many days at the end, or of the last one. */
  readonly firstDay: (days: number) => string;
  readonly lastDay: string;
  /** The command of a report of the journal of so many lifecycles. */
  readonly report: (lifecycles: number, ...args: string[]) => string[];
}

/** @param sizes in lifecycles; 0 for a journal of runs without any process */
export async function makeJournals(sizes: readonly number[], cleanup: Cleanup): Promise<Journals> {
  const folder = await mkdtemp(join(tmpdir(), 'psusage-bench-'));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const toMs = Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY;
  const pathOf = (lifecycles: number): string => join(folder, `${lifecycles}.db`);
  for (const lifecycles of sizes) {
    printProgress(`generating a journal of ${formatCount(lifecycles)} lifecycles`);
    generateJournal(pathOf(lifecycles), { lifecycles, days: DAYS, toMs });
  }
  const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return {
    firstDay: (days) => dayAt(toMs - days * MS_PER_DAY),
    lastDay: dayAt(toMs - 1),
    report: (lifecycles, ...args) => [
      ...[process.execPath, CLI, 'report', '--journal', pathOf(lifecycles)],
      ...[...NO_CONFIG, '--tz', 'UTC', ...args],
    ],
  };
}
