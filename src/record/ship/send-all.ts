import type Database from 'better-sqlite3';
import { MS_PER_DAY, MS_PER_HOUR } from '../../shared/units.js';
import { deliver, type Delivered, isServerError, type Server, type Stop } from './deliver.js';
import type { Points } from './points.js';
import { ALL_REFUSED, type RefusedSelection } from './queue.js';

/** So many requests at most find out which of those that were refused with 5xx are accepted by now. */
const MAX_RETRY_REQUESTS = 100;

/** What waits, and what was refused before. */
export interface Supply extends Points {
  refused: (selection: RefusedSelection) => Points;
}

interface SendOptions {
  /** Points in a request at most. */
  batchSize: number;
  /** Whether all is sent again that was refused before; else what was refused with 5xx, once an hour. */
  retryRefused: boolean;
  nowMs: () => number;
}

/** Sends what waits and, once all of that went, what was refused before. */
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
  if (delivered.stop !== undefined) return delivered;
  const selection = retryRefused ? ALL_REFUSED : takeRetry(db, nowMs());
  if (selection === undefined) return delivered;
  const refused = supply.refused(selection);
  const retry = (points: Points, limited: Server) =>
    deliver(points, limited, { batchSize, isStuck: true }, () => undefined);
  if (!retryRefused) {
    // Nobody asked for it, so what is refused once more stays as it was, and fails no run.
    const points = { ...refused, setAside: () => undefined };
    const { sent } = await retry(points, limitRequests(server, MAX_RETRY_REQUESTS));
    return { ...delivered, sent: delivered.sent + sent };
  }
  const retried = await retry(refused, server);
  return {
    sent: delivered.sent + retried.sent,
    setAside: delivered.setAside + retried.setAside,
    stop: retried.stop,
  };
}

/** A server that is not asked any more after so many requests. */
function limitRequests(server: Server, most: number): Server {
  let requests = 0;
  const enough = { kind: 'later', words: '', retryAfterMs: undefined, status: undefined } as const;
  return {
    ...server,
    send: (points) => {
      requests += 1;
      return requests > most ? Promise.resolve(enough) : server.send(points);
    },
  };
}

/** So long the first request may fail with 5xx before the newest records go first: as a rule it passes. */
const STUCK_AFTER_MS = MS_PER_HOUR;

/** What was refused with 5xx is sent again this often, */
const RETRY_EVERY_MS = MS_PER_HOUR;

/** and for so long. */
const RETRY_FOR_MS = 7 * MS_PER_DAY;

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

/** Which refused points are to be sent again by now, though nobody asks for it; undefined for none. */
export function takeRetry(db: Database.Database, nowMs: number): RefusedSelection | undefined {
  const { changes } = db
    .prepare<[{ nowMs: number; untilMs: number; fromMs: number }]>(
      `UPDATE shipping_attempt SET retried_ms = @nowMs
       WHERE coalesce(retried_ms NOT BETWEEN @untilMs + 1 AND @nowMs, 1)
         AND EXISTS (SELECT 1 FROM refusal WHERE status >= 500 AND refused_ms BETWEEN @fromMs AND @untilMs)`,
    )
    .run({ nowMs, untilMs: nowMs - RETRY_EVERY_MS, fromMs: nowMs - RETRY_FOR_MS });
  if (changes === 0) return undefined;
  return { minStatus: 500, fromMs: nowMs - RETRY_FOR_MS, untilMs: nowMs - RETRY_EVERY_MS };
}
