import type Database from 'better-sqlite3';
import { MS_PER_HOUR } from '../../shared/units.js';
import type { Until } from './keep.js';
import { OldRecords, type RecordTally, Remover } from './records.js';

/** Rows that are looked at or deleted in one transaction. */
const ROWS_AT_A_TIME = 500;

/**
 * What is deleted by a condition alone, one after the other: sums, counters that have been idle, and runs of the recorder that ended before the first sum that
 * is left. The last run with a sample stays: a recorder goes on from it.
 */
const DELETIONS = [
  'DELETE FROM usage WHERE quarter_ms < @untilMs',
  'DELETE FROM recorder_usage WHERE quarter_ms < @untilMs',
  'DELETE FROM counter WHERE last_quarter_ms < @recordsMs',
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
function* removeSums(db: Database.Database, { sumsMs, recordsMs }: Until): Generator<number> {
  for (const sql of DELETIONS) {
    const statement = db.prepare<{ untilMs: number; recordsMs: number }>(sql);
    for (let changes = ROWS_AT_A_TIME; changes === ROWS_AT_A_TIME;) {
      changes = statement.run({ untilMs: sumsMs, recordsMs }).changes;
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

/** A moment at which a server had acknowledged all points up to one. */
interface Moment {
  pointId: number;
  acknowledgedMs: number;
  /** Of the next one; null of the newest. */
  nextMs: number | null;
  /** Points are left that were acknowledged since the one before. */
  hasPoints: 0 | 1;
}

const MOMENTS = `
  SELECT point_id AS pointId, acknowledged_ms AS acknowledgedMs,
    (SELECT next.acknowledged_ms FROM acknowledgement AS next
     WHERE next.point_id > this.point_id ORDER BY next.point_id LIMIT 1) AS nextMs,
    EXISTS (
      SELECT 1 FROM point WHERE point.point_id <= this.point_id AND point.point_id > coalesce(
        (SELECT max(before.point_id) FROM acknowledgement AS before WHERE before.point_id < this.point_id), 0)
    ) AS hasPoints
  FROM acknowledgement AS this
  WHERE point_id > @afterId ORDER BY point_id LIMIT ${ROWS_AT_A_TIME}`;

/**
 * Removes moments of acknowledgement that say nothing any more: those of which all points are gone and, of what is
 * older than a day, all but the last in an hour. `ship --resend`, which looks for the last moment before another,
 * then sends up to an hour more, and those are the same points. The newest stays: it says whether the server is there.
 *
 * @returns a generator of steps, some rows each; yields how many were removed
 */
function* removeAcknowledgements(
  db: Database.Database,
  { eachMomentMs }: Until,
): Generator<number> {
  const read = db.prepare<{ afterId: number }, Moment>(MOMENTS);
  const remove = db.prepare<[number]>('DELETE FROM acknowledgement WHERE point_id = ?');
  const sieve = new Sieve(eachMomentMs);
  let afterId = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const moments = read.all({ afterId });
    const last = moments.at(-1);
    if (last === undefined) return;
    afterId = last.pointId;
    const useless = moments.filter((moment) => !sieve.keeps(moment));
    for (const { pointId } of useless) remove.run(pointId);
    yield useless.length;
  }
}

/** Tells which moments stay; to be asked in their order. */
class Sieve {
  /** The next one that stays has to stand for points of those before it that went. */
  #isOwed = false;

  constructor(private readonly eachMomentMs: number) {}

  keeps({ acknowledgedMs, nextMs, hasPoints }: Moment): boolean {
    if (nextMs === null) return true;
    if (hasPoints === 0 && !this.#isOwed) return false;
    const isOld = Math.max(acknowledgedMs, nextMs) < this.eachMomentMs;
    this.#isOwed = isOld && toHour(acknowledgedMs) === toHour(nextMs);
    return !this.#isOwed;
  }
}

function toHour(ms: number): number {
  return Math.floor(ms / MS_PER_HOUR);
}
