import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { JournalError, noJournal } from './errors.js';
import { type JournalLock, tryLock } from './lock.js';
import { bundledMigrations, journalVersion, latestVersion } from './migrate.js';
import { openJournal } from './open.js';
import { SQLite } from './sqlite.js';

/**
 * Opens a journal that is there to write. An older one is brought up to date, but not under a recorder of the version
 * before, which would find its tables changed.
 *
 * @throws JournalError NO_JOURNAL when there is none, JOURNAL_OLDER when it is older and being recorded
 */
export function openExistingJournal(
  path: string,
  nowMs: number,
  migrations = bundledMigrations(),
): Database.Database {
  if (!existsSync(path)) throw noJournal(path);
  const lock = isOlder(path, latestVersion(migrations)) ? lockOlder(path) : undefined;
  try {
    return openJournal(path, nowMs, migrations);
  } finally {
    lock?.release();
  }
}

/** What can't be read is left to be told when it is opened. */
function isOlder(path: string, latest: number): boolean {
  let db: Database.Database | undefined;
  try {
    db = new SQLite(path, { readonly: true });
    const version = journalVersion(db);
    return version > 0 && version < latest;
  } catch {
    return false;
  } finally {
    db?.close();
  }
}

function lockOlder(path: string): JournalLock {
  const lock = tryLock(path, 'record');
  if (lock !== undefined) return lock;
  throw new JournalError('JOURNAL_OLDER', `an older version of psusage is recording into ${path}`, {
    hint: 'restart the recorder; it updates the journal',
  });
}
