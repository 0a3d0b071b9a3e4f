import { existsSync, readFileSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { BUSY_TIMEOUT_MS, SQLite } from './sqlite.js';
import { asJournalError, JournalError, noJournal } from './errors.js';
import {
  assertReadableVersion,
  bundledMigrations,
  latestVersion,
  type Migration,
} from './migrate.js';

/** The read and write versions in SQLite's file header: 2 is WAL, 1 is a rollback journal. */
const HEADER_VERSION_BYTES = [18, 19] as const;

/** Reading a journal into memory is the last way in, and not for one that would fill it. */
const MAX_IN_MEMORY_BYTES = 2 * 1024 ** 3;

/**
 * Opens the journal to read, while a recorder writes or not, also for a user who may only read the
 * file. Never writes to it.
 *
 * @throws JournalError when there is no journal, it is not readable, or of another version
 */
export function openJournalReadOnly(
  path: string,
  migrations = bundledMigrations(),
): Database.Database {
  let db: Database.Database | undefined;
  try {
    statSync(path);
    db = openFile(path);
    assertCurrentVersion(db, path, migrations);
    return db;
  } catch (error) {
    db?.close();
    if (isMissing(path, error)) throw noJournal(path, error);
    throw asJournalError('cannot read the journal', path, error);
  }
}

function isMissing(path: string, error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return false;
  return error.code === 'ENOENT' && error.path === path;
}

function openFile(path: string): Database.Database {
  const db = new SQLite(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    const needsShm =
      error instanceof SQLite.SqliteError &&
      (error.code === 'SQLITE_READONLY_DIRECTORY' || error.code === 'SQLITE_CANTOPEN');
    if (!needsShm || existsSync(`${path}-wal`)) throw error;
    return openCopyInMemory(path);
  }
}

/**
 * A journal left in WAL mode by a writer that closed it while somebody read can't be opened without
 * the right to create its `-shm`. As long as there is no `-wal`, the file alone is the whole
 * journal: a copy of it, marked as no WAL journal, can be read.
 */
function openCopyInMemory(path: string): Database.Database {
  const before = statSync(path);
  if (before.size > MAX_IN_MEMORY_BYTES) {
    throw new JournalError(
      'TOO_LARGE',
      `${path} is too large for this user to read while no recorder runs`,
      {
        hint: 'start the recorder, or run the report as the recorder’s user',
      },
    );
  }
  const bytes = readFileSync(path);
  const after = statSync(path);
  if (after.mtimeMs !== before.mtimeMs || after.size !== before.size || existsSync(`${path}-wal`)) {
    throw new JournalError('CHANGED', `${path} changed while it was read`, {
      hint: 'try again',
    });
  }
  for (const at of HEADER_VERSION_BYTES) bytes[at] = 1;
  return new SQLite(bytes, { readonly: true });
}

function assertCurrentVersion(
  db: Database.Database,
  path: string,
  migrations: readonly Migration[],
): void {
  const latest = latestVersion(migrations);
  const version = assertReadableVersion(db, migrations);
  if (version === 0) {
    throw new JournalError('EMPTY_JOURNAL', `nothing has been recorded in ${path} yet`, {
      hint: 'start recording with: psusage record',
    });
  }
  if (version < latest) {
    throw new JournalError(
      'JOURNAL_OLDER',
      `${path} was written by an older version of psusage (journal version ${version}, this one needs ${latest})`,
      { hint: 'run psusage record of this version once; it updates the journal' },
    );
  }
}
