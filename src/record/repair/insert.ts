import type Database from 'better-sqlite3';
import { SQLite } from '../../shared/journal/sqlite.js';

/** What happened to a row that was to be inserted. */
export type Inserted = 'copied' | 'known' | 'leftOut';

/** Inserts a row unless its number is taken, or it breaks a rule of the table: then it was damaged. */
export function insertRow<Row extends object>(
  insert: Database.Statement<[Row]>,
  row: Row,
): Inserted {
  try {
    insert.run(row);
    return 'copied';
  } catch (error) {
    if (!(error instanceof SQLite.SqliteError)) throw error;
    if (['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_ROWID'].includes(error.code)) {
      return 'known';
    }
    // A text that is no number, or a number that is none, comes as a mismatch; a list that is none as no rule at all.
    const isRuleBroken = /^SQLITE_(?:CONSTRAINT|MISMATCH)/.test(error.code);
    if (isRuleBroken || error.message === 'malformed JSON') return 'leftOut';
    throw error;
  }
}
