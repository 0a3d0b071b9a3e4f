import { copyFileSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A closed journal's size on disk, and what takes it. */
export interface Size {
  readonly bytes: number;
  /** The same rows, written anew without any gap. */
  readonly vacuumedBytes: number;
  /** Those that have a record. */
  readonly lifecycles: number;
  readonly records: number;
  /** Tables and indexes, the largest first. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
}

/** Of pages as they have grown. */
const PARTS = `SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY bytes DESC`;

export function sizeOf(path: string): Size {
  const db = new Database(path, { readonly: true });
  try {
    return {
      bytes: statSync(path).size,
      vacuumedBytes: vacuumedBytes(path),
      ...countRecords(db),
      parts: db.prepare<[], { name: string; bytes: number }>(PARTS).all(),
    };
  } finally {
    db.close();
  }
}

function countRecords(db: Database.Database): Pick<Size, 'lifecycles' | 'records'> {
  const counted = db
    .prepare<[], Pick<Size, 'lifecycles' | 'records'>>(
      'SELECT count(DISTINCT process_id) AS lifecycles, count(*) AS records FROM credit',
    )
    .get();
  return counted ?? { lifecycles: 0, records: 0 };
}

function vacuumedBytes(path: string): number {
  const copy = `${path}-vacuumed`;
  copyFileSync(path, copy);
  const db = new Database(copy);
  db.exec('VACUUM');
  db.close();
  return statSync(copy).size;
}
