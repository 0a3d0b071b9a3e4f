import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pages } from '../../../src/record/salvage/pages.js';
import { readTree, type TreeShape } from '../../../src/record/salvage/tree.js';
import { anyCharacter } from '../../builders/any-character.js';
import { temporaryFolder } from '../../temporary-folder.js';

function newDatabase(): Database.Database {
  const db = new Database(join(temporaryFolder(), 'any.db'));
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  db.exec(`
    CREATE TABLE numbered (id INTEGER PRIMARY KEY, number INTEGER, text TEXT) STRICT;
    CREATE TABLE keyed (a INTEGER, b TEXT, c INTEGER, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
    CREATE INDEX by_text ON numbered (text)`);
  return db;
}

/** What is read of a table or an index, and whether anything may be missing. */
function read(db: Database.Database, name: string, kind: TreeShape['kind']) {
  const root = Number(
    db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name),
  );
  const pages = new Pages(db.name);
  let isWhole = true;
  const onLost = () => (isWhole = false);
  const rows = [...readTree(pages, { root, kind, fits: () => true }, onLost)];
  pages.close();
  return { rows, isWhole };
}

const row = fc.record({
  number: fc.option(fc.maxSafeInteger()),
  text: fc.option(
    fc.oneof(fc.string({ unit: anyCharacter }), fc.integer({ min: 400, max: 9_000 })),
  ),
});

const toText = (text: string | number | null) =>
  typeof text === 'number' ? 'é'.repeat(text) : text;

test('reads the rows that SQLite reads, however long, and after any were removed', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 120 }), fc.nat(6), (rows, nth) => {
      const db = newDatabase();
      const insert = db.prepare('INSERT INTO numbered (number, text) VALUES (?, ?)');
      for (const { number, text } of rows) insert.run(number, toText(text));
      db.prepare('DELETE FROM numbered WHERE id % 7 = ?').run(nth);
      const { rows: found, isWhole } = read(db, 'numbered', 'table');
      expect(isWhole).toBe(true);
      expect(found.map(({ key, values }) => [key, values[1], values[2]])).toEqual(
        db.prepare('SELECT id, number, text FROM numbered ORDER BY id').raw().all(),
      );
      const index = read(db, 'by_text', 'index');
      expect(index.isWhole).toBe(true);
      expect(index.rows.map(({ values }) => values)).toEqual(
        db.prepare('SELECT text, id FROM numbered ORDER BY text, id').raw().all(),
      );
      db.close();
    }),
    { numRuns: 30 },
  );
});

test('reads a table that is an index of its rows', () => {
  const db = newDatabase();
  const insert = db.prepare('INSERT INTO keyed VALUES (?, ?, ?)');
  db.transaction(() => {
    for (let at = 0; at < 20_000; at += 1) insert.run((at * 7_919) % 20_000, `t${at}`, at - 10_000);
  })();
  const { rows, isWhole } = read(db, 'keyed', 'index');
  expect(isWhole).toBe(true);
  expect(rows.map(({ values }) => values)).toEqual(
    db.prepare('SELECT a, b, c FROM keyed ORDER BY a, b').raw().all(),
  );
  db.close();
});

test('reads what a -wal has committed, and nothing that it has not', () => {
  const db = newDatabase();
  db.pragma('wal_autocheckpoint = 0');
  db.pragma('cache_size = 10');
  db.exec("INSERT INTO numbered (text) VALUES ('committed')");
  db.exec('BEGIN');
  // More than fits into memory: it is written to the -wal before it is committed.
  const insert = db.prepare('INSERT INTO numbered (text) VALUES (?)');
  for (let at = 0; at < 200; at += 1) insert.run('x'.repeat(2_000));
  const { rows, isWhole } = read(db, 'numbered', 'table');
  expect(isWhole).toBe(true);
  expect(rows.map(({ values }) => values[2])).toEqual(['committed']);
  db.exec('COMMIT');
  expect(read(db, 'numbered', 'table').rows).toHaveLength(201);
  db.close();
});
