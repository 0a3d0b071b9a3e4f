import type Database from 'better-sqlite3';
import { removeAcknowledgements } from './acknowledgements.js';
import type { Until } from './keep.js';
import { OldRecords, type RecordTally, Remover } from './records.js';

/** Rows of sums that are deleted in one transaction. */
const ROWS_AT_A_TIME = 500;

/**
 * What is deleted by a condition alone, one after the other: sums, and runs of the recorder that ended before the first sum that
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

/** Pages that go back to the disk in one transaction: each may have to be moved first. */
const PAGES_AT_A_TIME = 50;

/**
 * Takes out of a journal what is old enough, piece by piece: each step is to be one transaction, which is the
 * caller's, and some milliseconds long. In between anybody may write. What was not reached is left for another run.
 *
 * @returns a generator that yields what was done so far
 */
export function* prune(db: Database.Database, until: Until): Generator<RecordTally, void> {
  const old = new OldRecords(db, until);
  const remover = new Remover(db, until);
  for (let records = old.next(); records !== undefined; records = old.next()) {
    old.tally.processes += remover.remove(records);
    yield { ...old.tally };
  }
  for (const rest of [removeSums(db, until), removeAcknowledgements(db, until)]) {
    while (rest.next().done !== true) yield { ...old.tally };
  }
  while (givePagesBack(db)) yield { ...old.tally };
}

/** What would be deleted, looked up and left as it is. */
export function pruneDry(db: Database.Database, until: Until): RecordTally {
  const old = new OldRecords(db, until);
  while (old.next() !== undefined);
  return old.tally;
}

/** Removes them, some rows at each step; yields how many. */
function* removeSums(db: Database.Database, { sumsMs }: Until): Generator<number> {
  for (const sql of DELETIONS) {
    const statement = db.prepare<{ untilMs: number }>(sql);
    for (let changes = ROWS_AT_A_TIME; changes === ROWS_AT_A_TIME;) {
      changes = statement.run({ untilMs: sumsMs }).changes;
      yield changes;
    }
  }
}

/** Shortens the file by some of its free pages; false when there are none, or they can't be given back. */
function givePagesBack(db: Database.Database): boolean {
  const free = freePages(db);
  if (free === 0) return false;
  db.pragma(`incremental_vacuum(${PAGES_AT_A_TIME})`);
  return freePages(db) < free;
}

/** Pages that hold nothing; what is written next goes there first. */
function freePages(db: Database.Database): number {
  return Number(db.pragma('freelist_count', { simple: true }));
}
