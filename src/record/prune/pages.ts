import type Database from 'better-sqlite3';

/** Pages that go back to the disk in one transaction: each may have to be moved first. */
const PAGES_AT_A_TIME = 50;

/** Pages that hold nothing; what is written next goes there first. */
function freePages(db: Database.Database): number {
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
  if (free === 0) return false;
  db.pragma(`incremental_vacuum(${PAGES_AT_A_TIME})`);
  return freePages(db) < free;
}
