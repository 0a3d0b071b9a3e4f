import { existsSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { readShippingState } from '../ship/shipping-state.js';
import { SQLite } from '../../shared/journal/sqlite.js';

/** Where the records of a journal were sent, and when a server had last acknowledged some. */
export interface ShippedBefore {
  destination: string;
  acknowledgedMs: number | null;
}

/** As far as a journal can tell that turned out to be damaged; undefined too where it was never shipped from. */
export function shippedBefore(damaged: Database.Database): ShippedBefore | undefined {
  try {
    const { destination } = readShippingState(damaged);
    if (destination === null) return undefined;
    const acknowledgedMs = damaged
      .prepare<[], number>(
        'SELECT acknowledged_ms FROM acknowledgement ORDER BY point_id DESC LIMIT 1',
      )
      .pluck()
      .get();
    return { destination, acknowledgedMs: acknowledgedMs ?? null };
  } catch {
    return undefined;
  }
}

/** The same of a file that was set aside. Nothing of it is written, and nothing is left beside it. */
export function shippedBeforeIn(asidePath: string): ShippedBefore | undefined {
  const made = ['-wal', '-shm']
    .map((suffix) => asidePath + suffix)
    .filter((path) => !existsSync(path));
  let db: Database.Database | undefined;
  try {
    db = new SQLite(asidePath, { readonly: true, fileMustExist: true });
    return shippedBefore(db);
  } catch {
    return undefined;
  } finally {
    db?.close();
    for (const path of made) rmSync(path, { force: true });
  }
}

/**
 * What a new journal is to know of a damaged one in whose place it is: its records are shipped too, so that pruning
 * lets them wait for the server.
 */
export function noteShippedBefore(
  db: Database.Database,
  { destination, acknowledgedMs }: ShippedBefore,
): void {
  db.prepare('UPDATE shipping SET destination = ?').run(destination);
  if (acknowledgedMs === null) return;
  db.prepare('INSERT INTO acknowledgement (point_id, acknowledged_ms) VALUES (0, ?)').run(
    acknowledgedMs,
  );
}
