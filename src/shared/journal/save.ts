import { renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { type Access, makeFile } from './access.js';
import { asJournalError } from './errors.js';

/**
 * Writes all that an open journal holds to a file of its own, also where its own file was removed: as
 * long as it is open it is all there. The file appears at once and whole.
 *
 * @param access of the journal, as it was
 * @throws JournalError
 */
export function saveJournal(db: Database.Database, path: string, access?: Access): void {
  const unfinished = `${path}-unfinished`;
  try {
    rmSync(unfinished, { force: true });
    makeFile(unfinished, access);
    db.prepare('VACUUM INTO ?').run(unfinished);
    // What is left of the journal that is gone would be taken for the log of this one.
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw asJournalError('cannot save the journal to', path, error);
  }
}
