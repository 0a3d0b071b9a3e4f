import type Database from 'better-sqlite3';
import { PsusageError } from '../../shared/errors.js';
import { type CompleteRecord, type Point, SERIALISER } from './points.js';
import { readNextPointId, readShippingState } from './shipping-state.js';

/** Which complete records have no point yet. */
export interface NewRecords {
  records: CompleteRecord[];
  /** Up to where every record had its point, or was passed over, when they were read. */
  afterId: number;
  /** Up to here every record is complete and has its point once these have theirs, or is passed over. */
  passedCreditId: number;
  /** The next point's number when they were read. Once it is another, somebody has given points since. */
  nextPointId: number;
}

const RECORD_COLUMNS =
  'credit_id, pid, user_id, program_id, command_id, from_ms, to_ms, credit.cpu_ms, ended, unseen';

const POINT_TABLES = 'JOIN credit USING (credit_id) JOIN process USING (process_id)';

/**
 * A record that a clock which was set back has put into a time whose points were pruned is passed over: another may
 * have had its millisecond, and nobody knows any more.
 */
const IS_NEW = `credit_id > @afterId AND state = 2 AND to_ms > @sinceMs
  AND credit_id NOT IN (SELECT credit_id FROM point_ahead)
  AND NOT EXISTS (SELECT 1 FROM pruning WHERE only = 1 AND to_ms <= pruned_until_ms AND credit_id > last_credit_id)`;

interface After {
  afterId: number;
  limit: number;
}

/** Points after this one that no server has answered, in their order. */
export function readWaiting(db: Database.Database, after: After): Point[] {
  return readPoints(
    db,
    `FROM point ${POINT_TABLES}
     WHERE point_id > @afterId AND point_id NOT IN (SELECT point_id FROM refusal)
     ORDER BY point_id LIMIT @limit`,
    after,
  );
}

/** The last point of all that no server has refused. */
export function readLastNotRefused(db: Database.Database): Point | undefined {
  return readPoints(
    db,
    `FROM point ${POINT_TABLES}
     WHERE point_id NOT IN (SELECT point_id FROM refusal)
     ORDER BY point_id DESC LIMIT 1`,
  )[0];
}

/** Points after this one that a server has refused, in their order. */
export function readRefused(db: Database.Database, after: After): Point[] {
  return readPoints(
    db,
    `FROM refusal JOIN point USING (point_id) ${POINT_TABLES}
     WHERE point_id > @afterId
     ORDER BY point_id LIMIT @limit`,
    after,
  );
}

/** Complete records after this one without a point, in their order; those that ended until `sinceMs` are passed over. */
export function readNew(db: Database.Database, after: After & { sinceMs: number }): NewRecords {
  // Before the records: what becomes complete, or gets its point, in between must not be passed.
  const nextPointId = readNextPointId(db);
  const completeUpToId = readCompleteUpToId(db);
  const records = db
    .prepare<[typeof after], RecordRow>(
      `SELECT ${RECORD_COLUMNS} FROM credit JOIN process USING (process_id)
       WHERE ${IS_NEW} ORDER BY credit_id LIMIT @limit`,
    )
    .raw()
    .all(after)
    .map(toRecord);
  const last = records.length < after.limit ? undefined : records.at(-1);
  const reachedId = Math.min(completeUpToId, last?.creditId ?? completeUpToId);
  const { afterId } = after;
  return { records, afterId, passedCreditId: Math.max(afterId, reachedId), nextPointId };
}

/** The last complete record after this one without a point. */
export function readNewest(
  db: Database.Database,
  after: { afterId: number; sinceMs: number },
): CompleteRecord | undefined {
  return db
    .prepare<[{ afterId: number; sinceMs: number }], RecordRow>(
      `SELECT ${RECORD_COLUMNS} FROM credit JOIN process USING (process_id)
       WHERE ${IS_NEW} ORDER BY credit_id DESC LIMIT 1`,
    )
    .raw()
    .all(after)
    .map(toRecord)[0];
}

/** @throws PsusageError SERIALISER for a point of a newer psusage */
function readPoints(db: Database.Database, from: string, after?: After): Point[] {
  return db
    .prepare<unknown[], PointRow>(
      `SELECT ${RECORD_COLUMNS}, point_id, series_id, timestamp_ms, serialiser ${from}`,
    )
    .raw()
    .all(...(after === undefined ? [] : [after]))
    .map(toPoint);
}

/** Arrays: a backlog of a month is read here, and objects would take half as long again. */
type RecordRow = [
  creditId: number,
  pid: number,
  userId: number,
  programId: number,
  commandId: number,
  fromMs: number,
  toMs: number,
  cpuMs: number,
  ended: 0 | 1,
  unseen: 0 | 1,
];
type PointRow = [
  ...RecordRow,
  pointId: number,
  seriesId: number,
  timestampMs: number,
  /** The version of the line's form. */
  serialiser: number,
];

function toRecord(row: RecordRow | PointRow): CompleteRecord {
  const [creditId, pid, userId, programId, commandId, fromMs, toMs, cpuMs, ended, unseen] = row;
  return { creditId, pid, userId, programId, commandId, fromMs, toMs, cpuMs, ended, unseen };
}

function toPoint(row: PointRow): Point {
  const [pointId, seriesId, timestampMs, serialiser] = [row[10], row[11], row[12], row[13]];
  if (serialiser !== SERIALISER) {
    throw new PsusageError(
      'SERIALISER',
      'a newer version of psusage has shipped from this journal',
      {
        hint: 'update psusage on this machine',
      },
    );
  }
  return { record: toRecord(row), pointId, seriesId, timestampMs };
}

/** The last record up to which every one is complete. */
function readCompleteUpToId(db: Database.Database): number {
  return (
    db
      .prepare<[], number>(
        `SELECT coalesce(
           (SELECT min(credit_id) - 1 FROM credit INDEXED BY credit_not_complete WHERE state < 2),
           (SELECT max(credit_id) FROM credit),
           0)`,
      )
      .pluck()
      .get() ?? 0
  );
}

/** How many complete records no server has acknowledged or refused. */
export function readWaitingCount(db: Database.Database, sinceMs: number): number {
  const { passedCreditId, answeredPointId } = readShippingState(db);
  return (
    db
      .prepare<[{ afterId: number; sinceMs: number; answeredPointId: number }], number>(
        `SELECT (SELECT count(*) FROM point WHERE point_id > @answeredPointId)
           - (SELECT count(*) FROM refusal WHERE point_id > @answeredPointId)
           + (SELECT count(*) FROM credit WHERE ${IS_NEW})`,
      )
      .pluck()
      .get({ afterId: passedCreditId, sinceMs, answeredPointId }) ?? 0
  );
}
