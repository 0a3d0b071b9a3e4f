import type Database from 'better-sqlite3';
import { prune } from '../../../src/record/prune/prune.js';
import type { RecordTally } from '../../../src/record/prune/records.js';

/**
 * Prunes all that ended before a moment, each piece in its transaction; sums are kept, and each moment of
 * acknowledgement of which points are left, unless something else is said.
 */
export function pruneUntil(
  db: Database.Database,
  recordsMs: number,
  { sumsMs = 0, eachMomentMs = 0 } = {},
): RecordTally {
  const pieces = prune(db, { recordsMs, sumsMs, eachMomentMs });
  let pruned: RecordTally = {
    ...{ delete: 0, unshipped: 0, refused: 0, referenced: 0 },
    processes: 0,
  };
  for (;;) {
    const piece = db.transaction(() => pieces.next()).immediate();
    if (piece.done === true) return pruned;
    pruned = piece.value;
  }
}
