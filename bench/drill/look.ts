import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readJournal } from '../shared/journal.js';
import { findFaults } from '../shared/journal-faults.js';

/** What is in a complete record, as one text. */
const COMPLETE = `
SELECT credit_id AS id, json_array(process_id, user_id, program_id, command_id, from_ms, to_ms, cpu_ms, changed,
  estimated, ended, unseen) AS words
FROM credit WHERE state = 2`;

const HAS_TABLES = `SELECT count(*) FROM sqlite_schema WHERE name = 'credit'`;

const LAST_TICK = `
SELECT last_tick_ms FROM recorder_run WHERE last_tick_ms IS NOT NULL ORDER BY run_id DESC LIMIT 1`;

const MOST_TOLD = 5;

const SUMS = `
SELECT
  (SELECT ifnull(sum(cpu_ms), 0) FROM credit) AS recordedMs,
  (SELECT ifnull(sum(cpu_ms), 0) FROM credit WHERE unseen = 1) AS unseenMs,
  (SELECT ifnull(sum(prior_cpu_ms), 0) FROM process) AS priorMs,
  (SELECT count(*) FROM process) AS processes,
  (SELECT count(*) FROM credit) AS records`;

const GAPS = `
SELECT reason, count(*) AS count, sum(duration_ms) AS durationMs FROM gap GROUP BY reason ORDER BY reason`;

/** What a short load may be off whatever its sum: each of its processes is known to a hundredth of a second. */
const LEAST_ALLOWED_MS = 250;

/** What a journal holds in all; CPU time in ms. */
export interface Sums {
  readonly recordedMs: number;
  readonly unseenMs: number;
  readonly priorMs: number;
  readonly processes: number;
  readonly records: number;
}

export interface GapSum {
  readonly reason: string;
  readonly count: number;
  readonly durationMs: number;
}

/** What one look at a journal found. */
export interface Look {
  /** What must not be, in words; none is well. */
  readonly breaches: readonly string[];
  /** Of the last run that had one, in ms since 1970. */
  readonly lastTickMs: number | undefined;
}

/** Looks at one journal again and again, at copies of its files: nothing of that reaches the recorder. */
export class Onlooker {
  /** What each complete record said when it was first seen. */
  readonly #complete = new Map<number, string>();

  constructor(private readonly journal: string) {}

  get completeRecords(): number {
    return this.#complete.size;
  }

  /** Takes a copy as it is at this moment, which is to be looked at later; nobody may be writing. */
  async copy(): Promise<() => Promise<Look>> {
    const folder = await mkdtemp(join(tmpdir(), 'psusage-drill-look-'));
    const copied = join(folder, 'psusage.db');
    const hasJournal = await copyIfThere(this.journal, copied);
    await copyIfThere(`${this.journal}-wal`, `${copied}-wal`);
    return async () => {
      try {
        return hasJournal ? this.#lookAt(copied) : { breaches: [], lastTickMs: undefined };
      } finally {
        await rm(folder, { recursive: true });
      }
    };
  }

  /** Looks at it now; nobody may be writing. */
  async look(): Promise<Look> {
    const look = await this.copy();
    return look();
  }

  #lookAt(path: string): Look {
    const db = new Database(path);
    try {
      // A recorder that was killed before its first transaction leaves an empty file.
      if (db.prepare(HAS_TABLES).pluck().get() === 0) return this.#emptyJournal(db);
      return {
        breaches: [...findFaults(db), ...this.#changedRecords(db)],
        lastTickMs: db.prepare<[], number>(LAST_TICK).pluck().get(),
      };
    } catch (error) {
      return { breaches: [`the journal can’t be read: ${String(error)}`], lastTickMs: undefined };
    } finally {
      db.close();
    }
  }

  #emptyJournal(db: Database.Database): Look {
    const integrity = String(db.pragma('integrity_check', { simple: true }));
    const breaches = [
      ...(integrity === 'ok' ? [] : [`integrity_check: ${integrity}`]),
      ...(this.#complete.size === 0 ? [] : ['all records are gone']),
    ];
    return { breaches, lastTickMs: undefined };
  }

  /** Complete records that changed or went since an earlier look; the new ones are remembered. */
  #changedRecords(db: Database.Database): string[] {
    const breaches: string[] = [];
    let known = 0;
    for (const { id, words } of db.prepare<[], { id: number; words: string }>(COMPLETE).iterate()) {
      const before = this.#complete.get(id);
      if (before === undefined) this.#complete.set(id, words);
      else if (before !== words) breaches.push(`complete record ${id} was ${before}, is ${words}`);
      known += 1;
    }
    const lost = this.#complete.size - known;
    if (lost > 0) breaches.push(`${lost} complete records are gone`);
    return breaches.slice(0, MOST_TOLD);
  }
}

async function copyIfThere(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

export function readSums(journal: string): Sums {
  const sums = readJournal(journal, (db) => db.prepare<[], Sums>(SUMS).get());
  if (sums === undefined) throw new Error(`${journal} has no sums`);
  return sums;
}

export function readGaps(journal: string): GapSum[] {
  return readJournal(journal, (db) => db.prepare<[], GapSum>(GAPS).all());
}

/** Whether the journal is no farther from the kernel's count than by a part of it, to either side. */
export function isNear(sums: Sums, kernelMs: number, part: number): boolean {
  const offMs = Math.abs(missingPart(sums, kernelMs)) * kernelMs;
  return offMs <= Math.max(part * kernelMs, LEAST_ALLOWED_MS);
}

/** How far the journal is from the kernel's count, in parts of it; above 0 where something is missing. */
export function missingPart({ recordedMs, priorMs }: Sums, kernelMs: number): number {
  return (kernelMs - recordedMs - priorMs) / kernelMs;
}
