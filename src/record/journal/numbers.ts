import type Database from 'better-sqlite3';
import type { NextIds } from '../tracker/change-set.js';

/** The numbers to give out next. */
export function loadNextIds(db: Database.Database): NextIds {
  const last = (sql: string) => db.prepare<[], number | null>(sql).pluck().get() ?? 0;
  const lastCreditId = last('SELECT max(credit_id) FROM credit');
  // Records up to there count as shipped: the number of a deleted one must not be used again.
  const passedCreditId = last('SELECT passed_credit_id FROM shipping');
  return {
    process: last('SELECT max(process_id) FROM process') + 1,
    credit: Math.max(lastCreditId, passedCreditId) + 1,
  };
}
