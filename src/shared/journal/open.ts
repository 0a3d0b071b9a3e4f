import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type Database from 'better-sqlite3';
import { toMessage } from '../errors.js';
import { makeFile } from './access.js';
import { BUSY_TIMEOUT_MS, SQLite } from './sqlite.js';
import { asJournalError, JournalError } from './errors.js';
import { assertReadableVersion, bundledMigrations, migrate } from './migrate.js';
import { compareFile, type FileIdentity, fileIdentity } from './same-file.js';

const WAL_RETRY_MS = 10;

/** The write-ahead log is cut back to this size at a checkpoint, whatever a burst made of it. */
const WAL_SIZE_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Pages that are kept in memory. A tick writes to few of them, those of the newest rows and of what is
 * followed: even one that changes ten thousand processes is no faster with 16 MiB.
 */
const CACHE_KIBIBYTES = 2 * 1024;

/** 0750: a group may be let in to read; others may not. */
const FOLDER_MODE = 0o750;

/** Which file each journal is that was opened to write; SQLite itself only knows its path. */
const OPENED = new WeakMap<Database.Database, FileIdentity>();

/** Makes the journal's folder where it is missing. */
export function ensureFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    throw new JournalError('FOLDER', `cannot create the journal's folder: ${toMessage(error)}`, {
      hint: 'name a journal in a folder of your own with --journal',
      cause: error,
    });
  }
}

/**
 * Opens the journal to write: makes folder and file where they are missing and brings an older
 * journal up to date.
 *
 * @throws JournalError
 */
export function openJournal(
  path: string,
  nowMs: number,
  migrations = bundledMigrations(),
): Database.Database {
  assertNamesFile(path);
  ensureFolder(path);
  let db: Database.Database | undefined;
  try {
    makeFile(resolve(path));
    db = new SQLite(resolve(path), { timeout: BUSY_TIMEOUT_MS });
    assertReadableVersion(db, migrations);
    // Before anything else is written: a file that has a page keeps what it was made with.
    db.pragma('auto_vacuum = INCREMENTAL');
    enterWalMode(db, BUSY_TIMEOUT_MS);
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
    db.pragma(`journal_size_limit = ${WAL_SIZE_LIMIT_BYTES}`);
    migrate(db, migrations, nowMs);
    OPENED.set(db, fileIdentity(db.name));
    return db;
  } catch (error) {
    db?.close();
    throw asJournalError('cannot open the journal', path, error);
  }
}

/** An empty path is a database in memory to SQLite; better-sqlite3 cuts blanks off the ends of any other. */
function assertNamesFile(path: string): void {
  if (path !== '' && path.trim() === path) return;
  const message = `cannot open the journal '${path}': the path is empty, or begins or ends with a space`;
  throw new JournalError('SQLITE_CANTOPEN', message, {
    hint: 'name another file with --journal',
  });
}

/** Which file a journal was when `openJournal` opened it; for `compareFile`. */
export function openedFile(db: Database.Database): FileIdentity {
  const opened = OPENED.get(db);
  if (opened === undefined) throw new Error('only a journal that was opened to write is known');
  return opened;
}

/**
 * SQLite does not always wait when two processes enter WAL mode at once: one may be told at once that
 * the other is busy.
 */
function enterWalMode(db: Database.Database, withinMs: number): void {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > untilMs) throw error;
      sleep(WAL_RETRY_MS);
    }
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Whether another connection holds what a statement needs. */
export function isBusy(error: unknown): boolean {
  return error instanceof SQLite.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/**
 * Closes a journal that was open to write, and leaves WAL mode if no other process has it open: a user who
 * may only read could not open a WAL journal without a writer.
 *
 * A journal that was moved is left as it is: SQLite would remove the `-wal` at its old path, where
 * another recorder may have its own by now.
 *
 * @throws JournalError when that mode can't be left; it is closed all the same
 */
export function closeJournal(db: Database.Database): void {
  try {
    if (compareFile(db.name, openedFile(db)) === 'same') leaveWalMode(db);
  } catch (error) {
    if (!isBusy(error)) throw asJournalError('cannot close the journal', db.name, error);
  } finally {
    db.close();
  }
}

function leaveWalMode(db: Database.Database): void {
  db.pragma('busy_timeout = 0');
  db.pragma('journal_mode = DELETE');
}
