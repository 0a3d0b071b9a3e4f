import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { tryLock } from '../../shared/journal/lock.js';
import { journalBytes } from './pages.js';

/** The journal once in a temporary file, and once in its log. */
const ROOM_FACTOR = 2.5;

const USED_AGAIN = 'its free pages are used again, and not given back';

/**
 * Writes the whole journal anew, without free pages and so that from then on it can be made smaller in small steps.
 * Whoever wants to write meanwhile would wait for as long: so only where nobody records or ships.
 *
 * @returns why it was left as it is; undefined when it was not
 */
export function writeAnew(db: Database.Database): string | undefined {
  const locks = [tryLock(db.name, 'record'), tryLock(db.name, 'ship')];
  try {
    if (locks.includes(undefined)) {
      return `this journal was made by an older psusage and is in use: ${USED_AGAIN}; prune it once while nobody records`;
    }
    const { bavail, bsize } = statfsSync(dirname(db.name));
    if (bavail * bsize < ROOM_FACTOR * journalBytes(db)) {
      return `there is no room on the disk to write the journal anew: ${USED_AGAIN}`;
    }
    db.pragma('auto_vacuum = INCREMENTAL');
    db.exec('VACUUM');
    return undefined;
  } finally {
    for (const lock of locks) lock?.release();
  }
}
