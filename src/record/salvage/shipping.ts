import type Database from 'better-sqlite3';
import { type CopiedTable, isWhole } from './copy-table.js';

/**
 * Lets shipping go on where it was. A record whose point is lost may have been sent, and would be sent as another:
 * where a point is lost, or how far shipping had come, nothing is sent but what has its point.
 *
 * @returns how many complete records wait for a server no more, though it may not have them
 */
export function restoreShipping(
  db: Database.Database,
  { shipping, point }: { shipping: CopiedTable; point: CopiedTable },
): number {
  db.exec(
    'INSERT INTO shipping (only, passed_credit_id, answered_point_id) VALUES (1, 0, 0) ON CONFLICT DO NOTHING',
  );
  keepMillisecondsTaken(db);
  const withoutPoint = `credit_id > passed_credit_id AND credit_id NOT IN (SELECT credit_id FROM point)`;
  const withoutSeries = db
    .prepare('DELETE FROM point WHERE series_id NOT IN (SELECT series_id FROM series)')
    .run().changes;
  let left = 0;
  if (shipping.copied === 0 || !isWhole(point) || withoutSeries > 0) {
    left =
      db
        .prepare<[], number>(`SELECT count(*) FROM credit, shipping WHERE ${withoutPoint}`)
        .pluck()
        .get() ?? 0;
    db.exec(
      'UPDATE shipping SET passed_credit_id = (SELECT coalesce(max(credit_id), 0) FROM credit)',
    );
  }
  db.exec(`INSERT INTO point_ahead
    SELECT DISTINCT point.credit_id FROM point, shipping WHERE point.credit_id > passed_credit_id`);
  return left;
}

/** A point whose record is lost waits for no server, but no other record may become the same point. */
function keepMillisecondsTaken(db: Database.Database): void {
  db.exec(`
    CREATE TEMP TABLE orphan AS SELECT point.* FROM point, shipping
      WHERE point_id > answered_point_id AND point.credit_id NOT IN (SELECT credit_id FROM credit);
    DELETE FROM point WHERE point_id IN (SELECT point_id FROM orphan);
    INSERT INTO point SELECT -point_id, credit_id, series_id, timestamp_ms, serialiser FROM orphan;
    DROP TABLE orphan`);
}
