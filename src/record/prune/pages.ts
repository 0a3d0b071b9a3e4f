import type Database from 'better-sqlite3';

/** Pages that go back to the disk in one transaction: each may have to be moved first. */
const PAGES_AT_A_TIME = 50;

/** What `PRAGMA auto_vacuum` says of a journal that can be made smaller in small steps. */
const INCREMENTAL = 2;

/** Whether free pages can be given back while others use the journal. Older journals have to be written anew for that. */
export function canShrink(db: Database.Database): boolean {
  return db.pragma('auto_vacuum', { simple: true }) === INCREMENTAL;
}

/** Pages that hold nothing; what is written next goes there first. */
export function freePages(db: Database.Database): number {
  return Number(db.pragma('freelist_count', { simple: true }));
}

/** How large the journal is without its log. */
export function journalBytes(db: Database.Database): number {
  const pages = Number(db.pragma('page_count', { simple: true }));
  return pages * Number(db.pragma('page_size', { simple: true }));
}

/** Shortens the file by some of its free pages; false when there are none, or they can't be given back. */
export function givePagesBack(db: Database.Database): boolean {
  const free = freePages(db);
  if (free === 0 || !canShrink(db)) return false;
  db.pragma(`incremental_vacuum(${PAGES_AT_A_TIME})`);
  return freePages(db) < free;
}
