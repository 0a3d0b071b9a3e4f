import { existsSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { isDamage, JournalError } from '../../shared/journal/errors.js';
import { compactTime, freeName, setAside, wasJournal } from '../../shared/journal/set-aside.js';
import { isLockThere, type JournalLock, lockJournal } from '../../shared/journal/lock.js';
import { ensureFolder } from '../../shared/journal/open.js';
import { openJournalReadOnly } from '../../shared/journal/open-read-only.js';
import { SQLite } from '../../shared/journal/sqlite.js';
import { readShippingState } from '../ship/shipping-state.js';
import { OpenedJournal } from './opened-journal.js';
import { runningPid } from './recorder-run.js';

/** What happened to the file at the journal's path. */
export type JournalNotice =
  | { kind: 'set aside'; asidePath: string; why: string }
  | { kind: 'put back' }
  | { kind: 'log put back' };

/** A run makes no more new journals than this: if each gets damaged, the disk is at fault. */
const MAX_SET_ASIDE = 3;

/** The journal of one recorder: locked, and always a file that works at the path where readers look for it. */
export class JournalFile {
  #lock: JournalLock;
  #file: OpenedJournal;
  #timesSetAside = 0;

  private constructor(
    private readonly path: string,
    private readonly kernelBootId: string,
    private readonly tell: (notice: JournalNotice) => void,
    lock: JournalLock,
    nowMs: number,
  ) {
    this.#lock = lock;
    this.#file = this.#openOrReplace(nowMs);
  }

  /** @throws JournalError, LOCKED among others */
  static open(
    path: string,
    kernelBootId: string,
    nowMs: number,
    tell: (notice: JournalNotice) => void,
  ): JournalFile {
    ensureFolder(path);
    const lock = lockToRecord(path);
    try {
      return new JournalFile(path, kernelBootId, tell, lock, nowMs);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** What is written to now; another one after `setAside` and `keep`. */
  get file(): OpenedJournal {
    return this.#file;
  }

  /**
   * Sets a damaged file aside and opens a new one in its place, which has no run yet.
   *
   * @throws JournalError the damage itself when it recurs too often; NOT_SET_ASIDE
   */
  setAside(damage: JournalError, nowMs: number): void {
    if (this.#timesSetAside >= MAX_SET_ASIDE) throw damage;
    this.#timesSetAside += 1;
    const shipped = shippedBefore(this.#file.db);
    // Before it is closed: SQLite writes no log back into a file that has another name.
    const asidePath = setAside(this.#file.path, nowMs);
    this.#file.abandon();
    this.tell({ kind: 'set aside', asidePath, why: damage.message });
    this.#file = this.#openNew(nowMs, shipped);
  }

  /**
   * Makes sure that what is written is where readers look for it: puts back what was removed.
   *
   * @throws JournalError JOURNAL_REPLACED where another file is in its place
   */
  keep(nowMs: number): void {
    switch (this.#file.whereabouts()) {
      case 'there':
        // It was closed to be reopened, which failed: no file descriptor was left, or no permission.
        if (!this.#file.db.open) this.#reopen(nowMs);
        return;
      case 'no log':
        // Closing writes the log into the file, and opening makes another.
        this.#file.close();
        this.#reopen(nowMs);
        return;
      case 'gone':
        this.#putBack(nowMs);
        this.tell({ kind: 'put back' });
        return;
      case 'replaced':
        throw this.#replaced(nowMs);
    }
  }

  close(): void {
    try {
      this.#file.close();
    } finally {
      this.#lock.release();
    }
  }

  #open(nowMs: number): OpenedJournal {
    return OpenedJournal.open(this.path, this.kernelBootId, nowMs);
  }

  #openOrReplace(nowMs: number): OpenedJournal {
    try {
      return this.#open(nowMs);
    } catch (error) {
      if (!isDamage(error) || !wasJournal(this.path)) throw error;
      const asidePath = setAside(this.path, nowMs);
      this.tell({ kind: 'set aside', asidePath, why: error.message });
      return this.#openNew(nowMs, shippedBeforeIn(asidePath));
    }
  }

  #openNew(nowMs: number, shipped: ShippedBefore | undefined): OpenedJournal {
    const file = this.#open(nowMs);
    if (shipped !== undefined) {
      file.transaction(() => {
        noteShippedBefore(file.db, shipped);
      });
    }
    return file;
  }

  #reopen(nowMs: number): void {
    this.#continueIn(this.#open(nowMs));
    this.tell({ kind: 'log put back' });
  }

  #putBack(nowMs: number): void {
    ensureFolder(this.#file.path);
    if (!isLockThere(this.path, 'record')) {
      const lock = lockToRecord(this.path);
      this.#lock.release();
      this.#lock = lock;
    }
    const removed = this.#file;
    removed.saveTo(removed.path);
    this.#continueIn(this.#open(nowMs));
    removed.abandon();
  }

  #continueIn(next: OpenedJournal): void {
    next.takeOver(this.#file);
    this.#file = next;
  }

  #replaced(nowMs: number): JournalError {
    const savedPath = freeName(`${this.#file.path}.replaced-${compactTime(nowMs)}`);
    this.#file.saveTo(savedPath);
    return new JournalError(
      'JOURNAL_REPLACED',
      `${this.path}: another file replaced the journal during the recording`,
      {
        hint: `start psusage record again; to read what was recorded until then: psusage report --journal ${savedPath}`,
      },
    );
  }
}

function lockToRecord(path: string): JournalLock {
  return lockJournal(path, () => readHolderPid(path));
}

function readHolderPid(path: string): number | undefined {
  try {
    const db = openJournalReadOnly(path);
    try {
      return runningPid(db);
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}

/** Where the records of a journal were sent, and when a server had last acknowledged some. */
export interface ShippedBefore {
  destination: string;
  acknowledgedMs: number | null;
}

/** As far as a journal can tell that turned out to be damaged; undefined too where it was never shipped from. */
function shippedBefore(damaged: Database.Database): ShippedBefore | undefined {
  try {
    const { destination } = readShippingState(damaged);
    if (destination === null) return undefined;
    const acknowledgedMs = damaged
      .prepare<[], number>(
        'SELECT acknowledged_ms FROM acknowledgement ORDER BY point_id DESC LIMIT 1',
      )
      .pluck()
      .get();
    return { destination, acknowledgedMs: acknowledgedMs ?? null };
  } catch {
    return undefined;
  }
}

/** The same of a file that was set aside. Nothing of it is written, and nothing is left beside it. */
function shippedBeforeIn(asidePath: string): ShippedBefore | undefined {
  const made = ['-wal', '-shm']
    .map((suffix) => asidePath + suffix)
    .filter((path) => !existsSync(path));
  let db: Database.Database | undefined;
  try {
    db = new SQLite(asidePath, { readonly: true, fileMustExist: true });
    return shippedBefore(db);
  } catch {
    return undefined;
  } finally {
    db?.close();
    for (const path of made) rmSync(path, { force: true });
  }
}

/**
 * What a new journal is to know of a damaged one in whose place it is: its records are shipped too, so that pruning
 * lets them wait for the server.
 */
function noteShippedBefore(
  db: Database.Database,
  { destination, acknowledgedMs }: ShippedBefore,
): void {
  db.prepare('UPDATE shipping SET destination = ?').run(destination);
  if (acknowledgedMs === null) return;
  db.prepare('INSERT INTO acknowledgement (point_id, acknowledged_ms) VALUES (0, ?)').run(
    acknowledgedMs,
  );
}
