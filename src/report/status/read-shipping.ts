import type Database from 'better-sqlite3';
import type { Attempt, Shipping } from './facts.js';

/** Whether anything was ever given to a server. */
export function isEverShipped(db: Database.Database): boolean {
  const point = db.prepare('SELECT 1 FROM point LIMIT 1').get();
  return point !== undefined || readDestination(db) !== null;
}

export function readShipping(db: Database.Database): Shipping {
  const number = (sql: string) => db.prepare<[], number | null>(sql).pluck().get() ?? null;
  return {
    destination: readDestination(db),
    unshipped: number(UNSHIPPED) ?? 0,
    acknowledgedMs: number(
      'SELECT acknowledged_ms FROM acknowledgement ORDER BY point_id DESC LIMIT 1',
    ),
    quarantined: number('SELECT count(*) FROM refusal') ?? 0,
    refused:
      db
        .prepare<[], { atMs: number; words: string }>(
          'SELECT refused_ms AS atMs, words FROM refusal ORDER BY refused_ms DESC LIMIT 1',
        )
        .get() ?? null,
    attempt: readAttempt(db),
  };
}

export function readAttempt(db: Database.Database): Attempt | null {
  const attempt = db
    .prepare<[], Attempt>(
      `SELECT started_ms AS startedMs, destination, succeeded_ms AS succeededMs,
         failing_since_ms AS failingSinceMs, iif(failing_since_ms IS NULL, NULL, words) AS words
       FROM shipping_attempt`,
    )
    .get();
  return attempt ?? null;
}

/** Points that nobody has answered, and complete records beyond those that have their point. */
const UNSHIPPED = `
  SELECT (SELECT count(*) FROM point WHERE point_id > answered_point_id)
    - (SELECT count(*) FROM refusal WHERE point_id > answered_point_id)
    + (SELECT count(*) FROM credit WHERE credit_id > passed_credit_id)
    - (SELECT count(*) FROM credit INDEXED BY credit_not_complete
       WHERE state < 2 AND credit_id > passed_credit_id)
    - (SELECT count(*) FROM point_ahead WHERE credit_id > passed_credit_id)
  FROM shipping`;

function readDestination(db: Database.Database): string | null {
  return db.prepare<[], string | null>('SELECT destination FROM shipping').pluck().get() ?? null;
}
