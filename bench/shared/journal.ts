import Database from 'better-sqlite3';

/** Opens a journal with nothing of psusage between, reads from it and closes it. */
export function readJournal<T>(path: string, read: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** The figure that a query of one row and column gives; NaN where there is none. */
export function readNumber(path: string, sql: string): number {
  return readJournal(path, (db) => db.prepare<[], number | null>(sql).pluck().get() ?? NaN);
}

/** Processes that still live and records that are not complete. */
export function countNotOver(path: string): number {
  return readNumber(
    path,
    `SELECT (SELECT count(*) FROM process WHERE ended_ms IS NULL)
       + (SELECT count(*) FROM credit WHERE state < 2)`,
  );
}

export function countGaps(path: string): number {
  return readNumber(path, 'SELECT count(*) FROM gap');
}
