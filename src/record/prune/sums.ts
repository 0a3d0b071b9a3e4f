import type Database from 'better-sqlite3';
import type { Until } from './keep.js';

/** Rows of sums that go in one transaction. */
const ROWS_AT_A_TIME = 500;

/**
 * What goes by a condition alone, each in its turn: sums, and runs of the recorder that ended before the first sum that
 * is left. The last run with a sample stays: a recorder goes on from it.
 */
const DELETIONS = [
  'DELETE FROM usage WHERE quarter_ms < @untilMs',
  'DELETE FROM recorder_usage WHERE quarter_ms < @untilMs',
  `DELETE FROM gap WHERE run_id IN (
     SELECT run_id FROM recorder_run WHERE ended_ms < @untilMs
       AND run_id < (SELECT max(run_id) FROM recorder_run WHERE last_tick_ms IS NOT NULL))`,
  `DELETE FROM clock_step WHERE run_id IN (
     SELECT run_id FROM recorder_run WHERE ended_ms < @untilMs
       AND run_id < (SELECT max(run_id) FROM recorder_run WHERE last_tick_ms IS NOT NULL))`,
  `DELETE FROM recorder_run WHERE ended_ms < @untilMs
     AND run_id < (SELECT max(run_id) FROM recorder_run WHERE last_tick_ms IS NOT NULL)
     AND run_id NOT IN (SELECT run_id FROM gap) AND run_id NOT IN (SELECT run_id FROM clock_step)`,
].map((sql) => `${sql} LIMIT ${ROWS_AT_A_TIME}`);

/** Removes them, some rows at each step; yields how many. */
export function* removeSums(db: Database.Database, { sumsMs }: Until): Generator<number> {
  for (const sql of DELETIONS) {
    const statement = db.prepare<{ untilMs: number }>(sql);
    for (let changes = ROWS_AT_A_TIME; changes === ROWS_AT_A_TIME;) {
      changes = statement.run({ untilMs: sumsMs }).changes;
      yield changes;
    }
  }
}
