import type Database from 'better-sqlite3';
import { openForeign } from '../psusage/journal.js';

const SUMS = `
SELECT
  (SELECT ifnull(sum(cpu_ms), 0) FROM credit) AS recordedMs,
  (SELECT ifnull(sum(cpu_ms), 0) FROM credit WHERE unseen = 1) AS unseenMs,
  (SELECT ifnull(sum(prior_cpu_ms), 0) FROM process) AS priorMs,
  (SELECT count(*) FROM process) AS processes,
  (SELECT count(*) FROM credit) AS records`;

const GAPS = `
SELECT reason, count(*) AS count, sum(duration_ms) AS durationMs FROM gap GROUP BY reason ORDER BY reason`;

/** What a journal holds in all; CPU time in ms. */
export interface Sums {
  readonly recordedMs: number;
  readonly unseenMs: number;
  readonly priorMs: number;
  readonly processes: number;
  readonly records: number;
  readonly gaps: readonly GapSum[];
}

export interface GapSum {
  readonly reason: string;
  readonly count: number;
  readonly durationMs: number;
}

export function readSums(journal: string): Sums {
  const db: Database.Database = openForeign(journal);
  try {
    const sums = db.prepare<[], Omit<Sums, 'gaps'>>(SUMS).get();
    if (sums === undefined) throw new Error(`${journal} has no sums`);
    return { ...sums, gaps: db.prepare<[], GapSum>(GAPS).all() };
  } finally {
    db.close();
  }
}

/** What a short load may be off whatever its sum: each of its processes is known to a hundredth of a second. */
const LEAST_ALLOWED_MS = 250;

/** Whether the journal is no farther from the kernel's count than by a part of it, to either side. */
export function isNear(sums: Sums, kernelMs: number, part: number): boolean {
  const offMs = Math.abs(missingPart(sums, kernelMs)) * kernelMs;
  return offMs <= Math.max(part * kernelMs, LEAST_ALLOWED_MS);
}

/** How far the journal is from the kernel's count, in parts of it; above 0 where something is missing. */
export function missingPart({ recordedMs, priorMs }: Sums, kernelMs: number): number {
  return (kernelMs - recordedMs - priorMs) / kernelMs;
}
