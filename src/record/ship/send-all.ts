import type Database from 'better-sqlite3';
import { deliver, type Delivered, type Server } from './deliver.js';
import type { Points } from './points.js';
import { ALL_REFUSED, type RefusedSelection } from './queue.js';
import { isStuck, noteStuck, takeRetry } from './server-errors.js';

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
