import type Database from 'better-sqlite3';
import { firstNumbers, loadNextIds } from '../journal/numbers.js';
import type { NextIds } from '../tracker/change-set.js';
import type { Confirmation } from './confirm.js';
import { mostRowsOf } from './read-rows.js';
import { columnsIn, CREDITS, type OldCredit } from './tables.js';

/**
 * Which numbers rows get in the journal:
 * - `kept`: their own. The journal took the damaged one's place and has left those below its first ones free; what
 *   has a higher one is damage.
 * - `appended`: after all others. No recorder may run, since it gives out the next numbers by itself.
 */
export type Numbering =
  { kind: 'kept'; below: NextIds } | { kind: 'appended'; processesBy: number; creditsBy: number };

export function numberingFor(
  from: Database.Database,
  to: Database.Database,
  confirmation: Confirmation,
): Numbering {
  const below = firstNumbers(to);
  if (below !== undefined && !hasRecordsFrom(from, below, confirmation)) {
    return { kind: 'kept', below };
  }
  const next = loadNextIds(to);
  return { kind: 'appended', processesBy: next.process, creditsBy: next.credit };
}

/** The number that a point's record has until it is copied: one that no record has, where its own is another's. */
export function reservedCreditId(numbering: Numbering, oldId: number): number {
  return numbering.kind === 'kept' ? oldId : -oldId;
}

/** Whether a row's number may be one of the damaged journal's. */
export function isNumbered(
  numbering: Numbering,
  { process_id, credit_id = 0 }: { process_id: number; credit_id?: number },
): boolean {
  if (numbering.kind === 'appended') return true;
  return process_id < numbering.below.process && credit_id < numbering.below.credit;
}

/** Records that something confirms: a page that was overwritten may read as rows with any number. */
function hasRecordsFrom(
  db: Database.Database,
  { process, credit }: NextIds,
  confirmation: Confirmation,
): boolean {
  const columns = columnsIn(db, CREDITS);
  const has = (first: string, id: number): boolean => {
    try {
      const rows = db.prepare<[number, number], OldCredit>(
        `SELECT ${columns} FROM credit WHERE ${first} >= ? LIMIT ?`,
      );
      for (const row of rows.iterate(id, mostRowsOf(db))) {
        if (confirmation.confirms(row)) return true;
      }
    } catch {
      // An unreadable page: what lies beyond it is left out row by row.
    }
    return false;
  };
  return has('credit_id', credit) || has('process_id', process);
}
