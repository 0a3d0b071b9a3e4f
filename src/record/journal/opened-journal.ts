import { existsSync, realpathSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { type Access, accessTo } from '../../shared/journal/access.js';
import { BUSY_TIMEOUT_MS } from '../../shared/journal/sqlite.js';
import { asJournalError } from '../../shared/journal/errors.js';
import { closeJournal, isBusy, openedFile, openJournal } from '../../shared/journal/open.js';
import { compareFile } from '../../shared/journal/same-file.js';
import { saveJournal } from '../../shared/journal/set-aside.js';
import { beginRun, type RunStart, RunWriter, writeBoot } from './recorder-run.js';
import { StateTables } from './state-tables.js';

/**
 * How long a tick waits for another writer. Not longer: what can't be written now goes with the next tick, and while
 * it waits the recorder neither samples nor handles a signal.
 */
export const WRITE_WAIT_MS = 250;

/** What has become of the file at the journal's path; of its write-ahead log alone, `no log`. */
export type Whereabouts = 'there' | 'no log' | 'gone' | 'replaced';

/** One file that a recorder writes to: open, with this boot's number and the run in it. */
export class OpenedJournal {
  #run: { id: number; writer: RunWriter } | undefined;
  #waitMs = BUSY_TIMEOUT_MS;
  readonly #transaction: Database.Transaction<(work: () => unknown) => unknown>;

  private constructor(
    /** The file itself, where the journal's path is a link to it. */
    readonly path: string,
    readonly db: Database.Database,
    readonly bootId: number,
    readonly tables: StateTables,
    private readonly access: Access | undefined,
  ) {
    this.#transaction = db.transaction((work: () => unknown) => work());
  }

  /** @throws JournalError */
  static open(path: string, kernelBootId: string, nowMs: number): OpenedJournal {
    const db = openJournal(path, nowMs);
    try {
      const bootId = writeBoot(db, kernelBootId);
      const realPath = realpathSync(path);
      const tables = new StateTables(db, bootId);
      return new OpenedJournal(realPath, db, bootId, tables, accessTo(realPath));
    } catch (error) {
      db.close();
      throw asJournalError('cannot write to', path, error);
    }
  }

  /** The run that writes; undefined before it has begun. */
  get run(): RunWriter | undefined {
    return this.#run?.writer;
  }

  /** To be called within a transaction. */
  beginRun(start: RunStart): void {
    this.#continueRun(beginRun(this.db, this.bootId, start));
  }

  /** Continues the run of the same journal in another file. */
  takeOver(from: OpenedJournal): void {
    if (from.#run === undefined) return;
    this.#continueRun(from.#run.id);
    this.waitAtMost(from.#waitMs);
  }

  /** From now on statements wait no longer than this for another writer. */
  waitAtMost(waitMs: number): void {
    if (waitMs === this.#waitMs) return;
    this.#waitMs = waitMs;
    if (this.db.open) this.db.pragma(`busy_timeout = ${waitMs}`);
  }

  /** @throws JournalError when it was undone */
  transaction<T>(work: () => T): T {
    try {
      return this.#transaction.immediate(work) as T;
    } catch (error) {
      this.tables.forget();
      throw asJournalError('cannot write to', this.path, error);
    }
  }

  /**
   * The same, if no other process writes at the moment; undefined if one does.
   *
   * @throws JournalError when it was undone
   */
  tryTransaction<T>(work: () => T): T | undefined {
    this.db.pragma('busy_timeout = 0');
    try {
      return this.#transaction.immediate(work) as T;
    } catch (error) {
      if (isBusy(error)) return undefined;
      throw asJournalError('cannot write to', this.path, error);
    } finally {
      this.db.pragma(`busy_timeout = ${this.#waitMs}`);
    }
  }

  whereabouts(): Whereabouts {
    const found = compareFile(this.path, openedFile(this.db));
    if (found === 'none') return 'gone';
    if (found === 'other') return 'replaced';
    return found === 'same' && !existsSync(`${this.path}-wal`) ? 'no log' : 'there';
  }

  /** @throws JournalError */
  saveTo(path: string): void {
    saveJournal(this.db, path, this.access);
  }

  /** @throws JournalError when it can’t be left in a state in which a user who may only read can open it */
  close(): void {
    if (this.db.open) closeJournal(this.db);
  }

  /** Closes a file that is not the journal any more. */
  abandon(): void {
    try {
      this.db.close();
    } catch {
      // It is damaged or gone, which is known already.
    }
  }

  #continueRun(id: number): void {
    this.#run = { id, writer: new RunWriter(this.db, id) };
  }
}
