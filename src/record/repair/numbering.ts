import type Database from 'better-sqlite3';
import { firstNumbers, loadNextIds } from '../journal/numbers.js';

/**
 * Which numbers rows get in the journal:
 * - `kept`: their own. The journal took the damaged one's place and has left them free.
 * - `appended`: after all others. No recorder may run, since it gives out the next numbers by itself.
 */
export type Numbering =
  { kind: 'kept' } | { kind: 'appended'; processesBy: number; creditsBy: number };

export function numberingFor(from: Database.Database, to: Database.Database): Numbering {
  const first = firstNumbers(to);
  const lastProcess = lastOf(from, 'SELECT max(process_id) FROM process');
  const lastCredit = lastOf(from, 'SELECT max(credit_id) FROM credit');
  if (first !== undefined && lastProcess < first.process && lastCredit < first.credit) {
    return { kind: 'kept' };
  }
  const next = loadNextIds(to);
  return { kind: 'appended', processesBy: next.process, creditsBy: next.credit };
}

/** The number that a point's record has until it is copied: one that no record has, where its own is another's. */
export function reservedCreditId(numbering: Numbering, oldId: number): number {
  return numbering.kind === 'kept' ? oldId : -oldId;
}

/** 0 where it can't be read: what is too large is then left out row by row. */
function lastOf(db: Database.Database, sql: string): number {
  try {
    return db.prepare<[], number | null>(sql).pluck().get() ?? 0;
  } catch {
    return 0;
  }
}
