import Database from 'better-sqlite3';
import { asJournalError, JournalError } from './errors.js';

export interface JournalLock {
  release(): void;
}

/**
 * Takes a lock that one process may hold at a time. It is SQLite's own, on an empty file: the kernel
 * takes it back when its holder dies, however that happens.
 *
 * @returns undefined when another process holds it
 * @throws JournalError when the file can't be made or locked
 */
export function tryLock(lockPath: string): JournalLock | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(lockPath, { timeout: 0 });
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    db?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      return undefined;
    }
    throw asJournalError('cannot lock the journal with', lockPath, error);
  }
  const held = db;
  return {
    release() {
      held.close();
    },
  };
}

/**
 * Makes sure that one recorder writes a journal.
 *
 * @param holderPid tells who records, for the message; undefined where it can't be known
 * @throws JournalError LOCKED
 */
export function lockJournal(path: string, holderPid: () => number | undefined): JournalLock {
  const lock = tryLock(`${path}-lock`);
  if (lock !== undefined) return lock;
  const pid = holderPid();
  const holder = pid === undefined ? 'another recorder that just starts' : `pid ${pid}`;
  throw new JournalError('LOCKED', path, `${path} is already recorded by ${holder}`, {
    hint: 'stop that recorder first, or name another journal with --journal',
  });
}
