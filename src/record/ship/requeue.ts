import type Database from 'better-sqlite3';

/** Which points are to be sent once more: those acknowledged since a moment, or all. */
export type Resend = { kind: 'acknowledged since'; sinceMs: number } | { kind: 'everything' };

/** So many at a time, so that the recorder never waits long. */
const CHUNK = 10_000;

/** Lets these points wait for a server again; with `everything` also records that were passed over. */
export function requeue(db: Database.Database, resend: Resend): void {
  if (resend.kind === 'everything') requeuePassedOver(db);
  const sinceMs = resend.kind === 'everything' ? 0 : resend.sinceMs;
  const before = db
    .prepare<[number], number | null>(
      'SELECT max(point_id) FROM acknowledgement WHERE acknowledged_ms < ?',
    )
    .pluck()
    .get(sinceMs);
  const answeredPointId = before ?? 0;
  db.transaction(() => {
    db.prepare<[number]>('UPDATE shipping SET answered_point_id = min(answered_point_id, ?)').run(
      answeredPointId,
    );
    // Those points are not answered any more: the next to look back must not find when they were.
    db.prepare<[number]>('DELETE FROM acknowledgement WHERE point_id > ?').run(answeredPointId);
  }).immediate();
}

/** Every record counts as not passed; those that have their point are told apart one by one. */
function requeuePassedOver(db: Database.Database): void {
  const lastId =
    db.prepare<[], number | null>('SELECT max(point_id) FROM point').pluck().get() ?? 0;
  const note = db.prepare<[number, number]>(
    `INSERT INTO point_ahead (credit_id) SELECT credit_id FROM point WHERE point_id > ? AND point_id <= ?
     ON CONFLICT DO NOTHING`,
  );
  for (let afterId = 0; afterId < lastId; afterId += CHUNK) note.run(afterId, afterId + CHUNK);
  db.prepare('UPDATE shipping SET passed_credit_id = 0').run();
}
