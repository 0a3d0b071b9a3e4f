import { openSync, readdirSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { RecorderJournal } from '../../../src/record/journal/recorder-journal.js';
import { emptyState } from '../../../src/record/tracker/state.js';
import { readShippingState, writeDestination } from '../../../src/record/ship/shipping-state.js';
import { JournalError } from '../../../src/shared/journal/errors.js';
import { closeJournal, openJournal } from '../../../src/shared/journal/open.js';
import { setAsideBeside } from '../salvage/damaged.js';
import { simulatedRun } from '../../simulation/run-start.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { pruneUntil } from '../prune/pruned.js';

const NOON_MS = Date.UTC(2026, 2, 29, 12);
const SERVER = 'http://localhost:8086 database psusage';
const NEXT = { process: 100, credit: 1_000 };
const PAGE_BYTES = 4_096;

function newJournal(): string {
  const path = join(temporaryFolder(), 'psusage.db');
  write(path, () => undefined);
  return path;
}

function write<T>(path: string, work: (db: Database.Database) => T): T {
  const db = openJournal(path, NOON_MS);
  try {
    return work(db);
  } finally {
    closeJournal(db);
  }
}

/** What a run of ship leaves in it. */
function ship(path: string): void {
  write(path, (db) => {
    writeDestination(db, SERVER);
    db.prepare('INSERT INTO acknowledgement VALUES (7, ?)').run(NOON_MS - 60_000);
  });
}

/** Has a recorder come upon damage, which begins a new journal. */
function damageWhileRecording(path: string): void {
  const journal = RecorderJournal.open(path, 'a-boot', NOON_MS);
  journal.beginRun(simulatedRun({ anchorMs: NOON_MS }));
  const damage = new JournalError('SQLITE_CORRUPT', 'database disk image is malformed');
  journal.replaceDamaged(emptyState(NOON_MS, NEXT), damage, NOON_MS);
  journal.close();
}

/** Has a recorder come upon damage at its start: the boot's table is the first that it writes to. */
function damageAtStart(path: string): void {
  const page = write(path, (db) =>
    Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'boot'").pluck().get()),
  );
  const rubbish = Buffer.alloc(PAGE_BYTES, 0xa5);
  writeSync(openSync(path, 'r+'), rubbish, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  const journal = RecorderJournal.open(path, 'a-boot', NOON_MS);
  journal.beginRun(simulatedRun({ anchorMs: NOON_MS }));
  journal.close();
}

const DAMAGED = [
  ['during the recording', damageWhileRecording],
  ['before a recorder started', damageAtStart],
] as const;

test.each(DAMAGED)(
  'the journal after one that was damaged %s is shipped to the same server',
  (_, damage) => {
    const path = newJournal();
    ship(path);
    damage(path);
    write(path, (db) => {
      expect(readShippingState(db).destination).toBe(SERVER);
      expect(db.prepare('SELECT * FROM acknowledgement').raw().all()).toEqual([
        [0, NOON_MS - 60_000],
      ]);
    });
  },
);

test('nothing is left beside a journal that was set aside at a start', () => {
  const path = newJournal();
  ship(path);
  damageAtStart(path);
  const [aside = ''] = setAsideBeside(path);
  const names = readdirSync(dirname(path)).filter((name) => !name.endsWith('-lock'));
  expect(names.sort()).toEqual(['psusage.db', basename(aside)]);
});

/** Two processes of the new journal with a record each, older than what is kept; of these the newest stays. */
function pruneTwo(path: string) {
  const { process, credit } = NEXT;
  return write(path, (db) => {
    db.exec(`INSERT INTO user (user_id, uid, name) VALUES (0, 0, 'root'); INSERT INTO name VALUES (1, 'a');
      INSERT INTO process VALUES (${process}, 1, 8, 1, 0, 0, 0, 0, 0, 1, 'gone'),
        (${process + 1}, 1, 9, 1, 0, 0, 0, 0, 0, 1, 'gone');
      INSERT INTO credit VALUES (${credit}, ${process}, 0, 1, 1, 1, 2, 0, 2, 0, 0, 0, 0),
        (${credit + 1}, ${process + 1}, 0, 1, 1, 1, 2, 0, 2, 0, 0, 0, 0)`);
    return pruneUntil(db, NOON_MS);
  });
}

test('records of a new journal wait for the server that the damaged one was shipped to', () => {
  const path = newJournal();
  ship(path);
  damageWhileRecording(path);
  expect(pruneTwo(path)).toMatchObject({ unshipped: 2, delete: 0 });
});

test('records of a new journal are pruned where the damaged one was never shipped', () => {
  const path = newJournal();
  damageWhileRecording(path);
  expect(pruneTwo(path)).toMatchObject({ unshipped: 0, delete: 1, referenced: 1 });
});
