import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { JournalError } from '../../../src/shared/journal/errors.js';
import { faultsOf } from '../../invariants.js';
import { temporaryFolder } from '../../temporary-folder.js';
import {
  journalInPlace,
  newMachine,
  overwrite,
  read,
  recordHalfAnHour,
  recordsOf,
  repaired,
  sumsOf,
} from './damaged.js';

const PAGE_BYTES = 4_096;

let whole: string;
beforeAll(async () => {
  const machine = newMachine();
  await recordHalfAnHour(machine);
  machine.stop();
  whole = machine.options.journalPath;
});

function damagedCopy(damages: [at: number, bytes: Uint8Array][]): string {
  const path = join(temporaryFolder(), 'damaged.db');
  copyFileSync(whole, path);
  for (const [at, bytes] of damages) overwrite(path, at, Buffer.from(bytes));
  return path;
}

/** Repairs, unless the schema itself was hit: then nothing can be read, and an error says so. */
function isReadable(journal: string, damaged: string): boolean {
  try {
    repaired(journal, damaged);
    return true;
  } catch (error) {
    if (error instanceof JournalError) return false;
    throw error;
  }
}

test('copies all of a journal that is whole, and a second time adds nothing', () => {
  const journal = journalInPlace();
  const said = repaired(journal, whole);
  expect(said.find((line) => line.startsWith('process:'))).toBe('process: 100 copied');
  for (let time = 1; time <= 2; time += 1) {
    expect(recordsOf(journal)).toEqual(recordsOf(whole));
    expect(sumsOf(journal)).toEqual(sumsOf(whole));
    expect(read(journal, faultsOf)).toEqual({});
    repaired(journal, whole);
  }
});

test('mends a header that is gone', () => {
  const damaged = damagedCopy([[0, new Uint8Array(100)]]);
  const journal = journalInPlace();
  repaired(journal, damaged);
  expect(recordsOf(journal)).toEqual(recordsOf(whole));
});

test.each(['user', 'user_by_uid_and_name'])('reads who users are without %s', (name) => {
  const page = read(whole, (db) =>
    db
      .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
      .pluck()
      .get(name),
  );
  const damaged = damagedCopy([
    [((page ?? 0) - 1) * PAGE_BYTES, new Uint8Array(PAGE_BYTES).fill(7)],
  ]);
  const journal = journalInPlace();
  repaired(journal, damaged);
  expect(recordsOf(journal)).toEqual(recordsOf(whole));
  expect(sumsOf(journal)).toEqual(sumsOf(whole));
});

test('leaves the damaged file as it was', () => {
  const damaged = damagedCopy([[10 * PAGE_BYTES, new Uint8Array(PAGE_BYTES)]]);
  const before = readFileSync(damaged);
  repaired(journalInPlace(), damaged);
  expect(readFileSync(damaged).equals(before)).toBe(true);
});

test('a row that is damage, with a number that the journal gives out itself, changes nothing', () => {
  const damaged = damagedCopy([]);
  const db = new Database(damaged);
  db.exec(`
    CREATE TEMP TABLE bogus AS SELECT * FROM process LIMIT 1;
    UPDATE bogus SET process_id = 5000000, cpu_ms = 7777;
    INSERT INTO process SELECT * FROM bogus;
    CREATE TEMP TABLE bogus_credit AS SELECT * FROM credit LIMIT 1;
    UPDATE bogus_credit SET credit_id = 5000000, process_id = 5000000,
      user_id = (SELECT user_id FROM user WHERE uid = 1008);
    INSERT INTO credit SELECT * FROM bogus_credit;`);
  db.close();
  const journal = journalInPlace();
  const said = repaired(journal, damaged);
  expect(recordsOf(journal)).toEqual(recordsOf(whole));
  expect(read(journal, faultsOf)).toEqual({});
  for (const table of ['process', 'credit']) {
    expect(said.find((line) => line.startsWith(`${table}:`))).toContain('1 left out');
  }
});

test('a run whose list of programs is damage is left out, and everything else is copied', () => {
  const damaged = damagedCopy([]);
  const db = new Database(damaged);
  db.pragma('ignore_check_constraints = ON');
  db.exec(`UPDATE recorder_run SET programs = '["php-f'`);
  db.close();
  const journal = journalInPlace();
  const said = repaired(journal, damaged);
  expect(said.find((line) => line.startsWith('recorder_run:'))).toContain('1 left out');
  expect(recordsOf(journal)).toEqual(recordsOf(whole));
});

test('copies nothing twice, and nothing that was not there, whatever was overwritten', () => {
  const original = new Set(recordsOf(whole));
  const { length } = readFileSync(whole);
  let most = 0;
  const damage = fc.tuple(
    fc.integer({ min: PAGE_BYTES, max: length - 1 }),
    fc.uint8Array({ minLength: 64, maxLength: 6_000 }),
  );
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 6 }), (damages) => {
      const damaged = damagedCopy(damages);
      const journal = journalInPlace();
      if (!isReadable(journal, damaged)) return;
      const copied = recordsOf(journal);
      const sums = sumsOf(journal);
      expect(copied.filter((record) => !original.has(record))).toEqual([]);
      expect(read(journal, faultsOf)).toEqual({});
      repaired(journal, damaged);
      expect(recordsOf(journal)).toEqual(copied);
      expect(sumsOf(journal)).toEqual(sums);
      most = Math.max(most, copied.length);
    }),
    { numRuns: 12, endOnFailure: true },
  );
  // To copy nothing would be no salvage.
  expect(most).toBeGreaterThan(original.size / 2);
}, 120_000);
