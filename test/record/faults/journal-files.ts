import Database from 'better-sqlite3';

/** Writes what is in the write-ahead log into the file itself, as SQLite does every few ticks. */
export function checkpoint(journal: string): void {
  const db = new Database(journal);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
