import type Database from 'better-sqlite3';

/**
 * Up to when single records were pruned, in ms since 1970; undefined where none ever was. Of that time sums are
 * whole, and records only those that something still needs.
 */
export function readPrunedUntilMs(db: Database.Database): number | undefined {
  return db.prepare<[], number>('SELECT pruned_until_ms FROM pruning').pluck().get();
}
