import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { checkJournal } from '../psusage/journal-checks.js';

/** What is in a complete record, as one text. */
const COMPLETE = `
SELECT credit_id AS id, json_array(process_id, user_id, program_id, command_id, from_ms, to_ms, cpu_ms, changed,
  estimated, ended, unseen) AS words
FROM credit WHERE state = 2`;

const HAS_TABLES = `SELECT count(*) FROM sqlite_schema WHERE name = 'credit'`;

const LAST_TICK = `
SELECT last_tick_ms FROM recorder_run WHERE last_tick_ms IS NOT NULL ORDER BY run_id DESC LIMIT 1`;

const MOST_TOLD = 5;

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
      const broken = checkJournal(db).flatMap(({ name, broken }) =>
        broken.map((row) => `not true: ${name}: ${row}`),
      );
      return {
        breaches: [...broken, ...this.#changedRecords(db)],
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
