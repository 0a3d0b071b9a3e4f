import type Database from 'better-sqlite3';
import type { NextIds } from '../tracker/change-set.js';

/**
 * Lets the numbers of a new journal begin where those of a damaged one end, so that what is copied from
 * there keeps its own. What is copied counts as passed by shipping: whoever copies sees to what was not sent.
 */
export function beginNumbersAt(db: Database.Database, { process, credit }: NextIds): void {
  db.prepare(
    `INSERT INTO begun_anew (only, first_process_id, first_credit_id) VALUES (1, @process, @credit)
     ON CONFLICT DO UPDATE SET first_process_id = @process, first_credit_id = @credit`,
  ).run({ process, credit });
  db.prepare('UPDATE shipping SET passed_credit_id = ?').run(credit - 1);
}

/** The numbers that a new journal began with; undefined in one that took no other's place. */
export function firstNumbers(db: Database.Database): NextIds | undefined {
  return db
    .prepare<[], NextIds>(
      'SELECT first_process_id AS process, first_credit_id AS credit FROM begun_anew',
    )
    .get();
}

/** The numbers to give out next. */
export function loadNextIds(db: Database.Database): NextIds {
  const last = (sql: string) => db.prepare<[], number | null>(sql).pluck().get() ?? 0;
  const first = firstNumbers(db);
  const lastCreditId = last('SELECT max(credit_id) FROM credit');
  // Records up to there count as shipped: the number of a deleted one must not be used again.
  const passedCreditId = last('SELECT passed_credit_id FROM shipping');
  return {
    process: Math.max(last('SELECT max(process_id) FROM process') + 1, first?.process ?? 1),
    credit: Math.max(Math.max(lastCreditId, passedCreditId) + 1, first?.credit ?? 1),
  };
}
