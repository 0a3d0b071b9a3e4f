import { accessSync, constants, existsSync, lchownSync, realpathSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { withCleanup } from '../with-cleanup.js';
import { hasCode } from '../errors.js';
import { makeFile } from './access.js';
import { asJournalError, JournalError } from './errors.js';
import { isBusy } from './open.js';
import { SQLite } from './sqlite.js';

export interface JournalLock {
  release(): void;
}

/** What one process may do to a journal at a time: record into it, ship from it, or prune it. */
type Deed = 'record' | 'ship' | 'prune';

const SUFFIX: Record<Deed, string> = {
  record: '-lock',
  ship: '-ship-lock',
  prune: '-prune-lock',
};

/**
 * Takes the lock that one process may hold at a time, on an empty file beside the journal, by whatever way that is
 * named. It is SQLite's own: the kernel takes it back when its holder dies, however that happens.
 *
 * @returns undefined when another process holds it
 * @throws JournalError when the file can't be made, written or locked
 */
export function tryLock(journalPath: string, deed: Deed): JournalLock | undefined {
  const path = toRealPath(journalPath);
  const lockPath = path + SUFFIX[deed];
  let db: Database.Database | undefined;
  try {
    makeFile(lockPath);
    // SQLite would make a file where a link points; `makeFile` follows none.
    db = new SQLite(lockPath, { timeout: 0, fileMustExist: true });
    db.exec('BEGIN IMMEDIATE');
    // SQLite opens a file without write permission to read, and a transaction on it excludes no other.
    accessSync(lockPath, constants.W_OK);
    giveToOwner(path, lockPath);
  } catch (error) {
    db?.close();
    if (isBusy(error)) return undefined;
    throw hasCode(error, 'EACCES')
      ? new JournalError('LOCK_NOT_WRITABLE', `${lockPath} is not writable for this user`, {
          hint: `give it to the owner of the journal: chown --reference ${path} ${lockPath}`,
          cause: error,
        })
      : asJournalError('cannot lock the journal with', lockPath, error);
  }
  const held = db;
  return {
    release() {
      held.close();
    },
  };
}

/** Whether the file that is locked is still there, for others to find it so. */
export function isLockThere(journalPath: string, deed: Deed): boolean {
  return existsSync(toRealPath(journalPath) + SUFFIX[deed]);
}

/**
 * Does what one process may do at a time.
 *
 * @returns false, with nothing done, while another process does it
 * @throws JournalError as `tryLock`, and whatever the work throws
 */
export async function doAlone(
  journalPath: string,
  deed: Deed,
  work: () => Promise<void>,
): Promise<boolean> {
  const lock = tryLock(journalPath, deed);
  if (lock === undefined) return false;
  await withCleanup(work, () => {
    lock.release();
  });
  return true;
}

/** Where there is no journal yet, its path as it is. */
function toRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * What root makes would keep out the user whose journal it is. That user may have put a link in its place,
 * and is not given what it points to. By its path: closing a file of its own would let go of SQLite's lock.
 */
function giveToOwner(path: string, lockPath: string): void {
  if (process.getuid?.() !== 0) return;
  const journal = statSync(path, { throwIfNoEntry: false });
  if (journal !== undefined) lchownSync(lockPath, journal.uid, journal.gid);
}

/**
 * Makes sure that one recorder writes a journal.
 *
 * @param holderPid the pid of the other recorder, for the message; undefined where it can't be known
 * @throws JournalError LOCKED
 */
export function lockJournal(path: string, holderPid: () => number | undefined): JournalLock {
  const lock = tryLock(path, 'record');
  if (lock !== undefined) return lock;
  const pid = holderPid();
  const holder = pid === undefined ? 'a recorder that is just starting' : `pid ${pid}`;
  throw new JournalError('LOCKED', `${path} is already recorded by ${holder}`, {
    hint: 'stop that recorder first, or name another journal with --journal',
  });
}
