import type Database from 'better-sqlite3';
import { removeAcknowledgements } from './acknowledgements.js';
import { givePagesBack } from './pages.js';
import type { Until } from './keep.js';
import { OldRecords, type RecordTally, Remover } from './records.js';
import { removeSums } from './sums.js';

/** What has become of the journal so far. */
export type Pruned = RecordTally & { sums: number };

/**
 * Takes out of a journal what is old enough, piece by piece: each step is to be one transaction, which is the
 * caller's, and some milliseconds long. In between anybody may write. What was not reached goes another time.
 *
 * @returns a generator that yields what went so far
 */
export function* prune(db: Database.Database, until: Until): Generator<Pruned, void> {
  const old = new OldRecords(db, until);
  const remover = new Remover(db, until);
  let sums = 0;
  for (let goers = old.next(); goers !== undefined; goers = old.next()) {
    old.tally.processes += remover.remove(goers);
    yield { ...old.tally, sums };
  }
  for (const rows of removeSums(db, until)) {
    sums += rows;
    yield { ...old.tally, sums };
  }
  for (const rows of removeAcknowledgements(db, until)) {
    sums += rows;
    yield { ...old.tally, sums };
  }
  while (givePagesBack(db)) yield { ...old.tally, sums };
}

/** What would go, looked up and left as it is. */
export function pruneDry(db: Database.Database, until: Until): RecordTally {
  const old = new OldRecords(db, until);
  while (old.next() !== undefined);
  return old.tally;
}
