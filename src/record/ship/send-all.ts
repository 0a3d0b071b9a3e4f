import type Database from 'better-sqlite3';
import { MS_PER_HOUR } from '../../shared/units.js';
import { deliver, type Delivered, isServerError, type Server, type Stop } from './deliver.js';
import type { Points } from './points.js';

/** What waits, and what was refused before. */
export interface Supply extends Points {
  refused: () => Points;
}

interface SendOptions {
  /** Points in a request at most. */
  batchSize: number;
  /** Whether what was refused before is sent again. */
  retryRefused: boolean;
  nowMs: () => number;
}

/** Sends what waits and, where it is asked for and all of that went, what was refused before. */
export async function sendAll(
  db: Database.Database,
  supply: Supply,
  server: Server,
  { batchSize, retryRefused, nowMs }: SendOptions,
  onProgress: (done: number) => void,
): Promise<Delivered> {
  const wasStuck = isStuck(db, nowMs());
  const delivered = await deliver(supply, server, { batchSize, isStuck: wasStuck }, onProgress);
  noteStuck(db, { stop: delivered.stop, wasStuck }, nowMs());
  if (delivered.stop !== undefined || !retryRefused) return delivered;
  const options = { batchSize, isStuck: true };
  const retried = await deliver(supply.refused(), server, options, () => undefined);
  return {
    sent: delivered.sent + retried.sent,
    setAside: delivered.setAside + retried.setAside,
    stop: retried.stop,
  };
}

/** So long the first request may fail with 5xx before the newest records go first: as a rule it passes. */
const STUCK_AFTER_MS = MS_PER_HOUR;

/** The first point that waits, in the order in which they are sent. */
const OLDEST_WAITING = `
  SELECT point_id FROM point
  WHERE point_id > (SELECT answered_point_id FROM shipping) AND point_id NOT IN (SELECT point_id FROM refusal)
  ORDER BY point_id LIMIT 1`;

/** Whether the request that goes first has failed with 5xx in each run for an hour. */
export function isStuck(db: Database.Database, nowMs: number): boolean {
  const row = db
    .prepare<[number]>(
      `SELECT 1 FROM shipping_attempt WHERE stuck_point_id = (${OLDEST_WAITING}) AND stuck_since_ms <= ?`,
    )
    .get(nowMs - STUCK_AFTER_MS);
  return row !== undefined;
}

/**
 * Keeps since when the first request fails with 5xx. A run that found it stuck and ended before it had sent all is
 * gone on with by the next.
 */
export function noteStuck(
  db: Database.Database,
  { stop, wasStuck }: { stop: Stop | undefined; wasStuck: boolean },
  nowMs: number,
): void {
  const oldest = db.prepare<[], number>(OLDEST_WAITING).pluck().get();
  if (stop === undefined || oldest === undefined) {
    db.prepare('UPDATE shipping_attempt SET stuck_point_id = NULL, stuck_since_ms = NULL').run();
  } else if (wasStuck || isServerError(stop)) {
    db.prepare<[{ oldest: number; wasStuck: number; nowMs: number }]>(
      `UPDATE shipping_attempt SET
         stuck_since_ms = iif(@wasStuck OR stuck_point_id = @oldest, min(stuck_since_ms, @nowMs), @nowMs),
         stuck_point_id = @oldest`,
    ).run({ oldest, wasStuck: wasStuck ? 1 : 0, nowMs });
  }
}
