import Database from 'better-sqlite3';
import { asJournalError, JournalError } from './errors.js';

export interface JournalLock {
  release(): void;
}

/**
 * Makes sure that one recorder writes a journal. The lock is SQLite's own, on an empty file beside
 * the journal: the kernel takes it back when its holder dies, however that happens.
 *
 * @param holderPid tells who records, for the message; undefined where it can't be known
 * @throws JournalError LOCKED
 */
export function lockJournal(path: string, holderPid: () => number | undefined): JournalLock {
  const lockPath = `${path}-lock`;
  let db: Database.Database | undefined;
  try {
    db = new Database(lockPath, { timeout: 0 });
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    db?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      const pid = holderPid();
      const holder = pid === undefined ? 'another recorder that just starts' : `pid ${pid}`;
      throw new JournalError('LOCKED', path, `${path} is already recorded by ${holder}`, {
        hint: 'stop that recorder first, or name another journal with --journal',
        cause: error,
      });
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
