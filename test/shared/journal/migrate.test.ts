import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import {
  assertReadableVersion,
  bundledMigrations,
  JOURNAL_APPLICATION_ID,
  journalVersion,
  latestVersion,
  migrate,
  type Migration,
} from '../../../src/shared/journal/migrate.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { failure } from './failure.js';
import { otherProcess } from './other-process.js';

const NOW_MS = 1_767_225_600_000;

const FIRST: Migration = { number: 1, name: 'first', sql: 'CREATE TABLE a (x INTEGER) STRICT;' };
const SECOND: Migration = {
  number: 2,
  name: 'second',
  sql: 'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO a VALUES (1);',
};
const FAILS_IN_THE_MIDDLE: Migration = {
  number: 2,
  name: 'fails',
  sql: 'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO a VALUES (1); INSERT INTO nowhere VALUES (1);',
};

function newDatabase(): Database.Database {
  return new Database(join(temporaryFolder(), 'psusage.db'));
}

function tables(db: Database.Database): unknown[] {
  return db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
}

function recorded(db: Database.Database): unknown[] {
  return db.prepare('SELECT number, name, applied_ms FROM migration ORDER BY number').raw().all();
}

/** A folder with such files, each an empty migration. */
function folderWith(files: string[]): URL {
  const folder = mkdtempSync(join(temporaryFolder(), 'migrations-'));
  for (const file of files) writeFileSync(join(folder, file), `-- ${file}\n`);
  return pathToFileURL(`${folder}/`);
}

test('applies each migration once, in order, and records it', () => {
  const db = newDatabase();
  migrate(db, [FIRST], NOW_MS);
  migrate(db, [FIRST, SECOND], NOW_MS + 1);
  migrate(db, [FIRST, SECOND], NOW_MS + 2);
  expect(recorded(db)).toEqual([
    [1, 'first', NOW_MS],
    [2, 'second', NOW_MS + 1],
  ]);
  expect(tables(db)).toEqual(['a', 'b', 'migration']);
  expect(journalVersion(db)).toBe(2);
});

test('marks the file as a journal', () => {
  const db = newDatabase();
  migrate(db, [FIRST], NOW_MS);
  expect(db.pragma('application_id', { simple: true })).toBe(JOURNAL_APPLICATION_ID);
});

test('a migration that fails in the middle leaves nothing behind and can be tried again', () => {
  const db = newDatabase();
  migrate(db, [FIRST], NOW_MS);
  expect(() => {
    migrate(db, [FIRST, FAILS_IN_THE_MIDDLE], NOW_MS);
  }).toThrow('nowhere');
  expect(recorded(db)).toEqual([[1, 'first', NOW_MS]]);
  expect(tables(db)).toEqual(['a', 'migration']);
  expect(db.prepare('SELECT count(*) FROM a').pluck().get()).toBe(0);
  migrate(db, [FIRST, SECOND], NOW_MS);
  expect(journalVersion(db)).toBe(2);
});

test('a journal is what it was, or as new, when the process that migrates it is killed', async () => {
  const path = join(temporaryFolder(), 'psusage.db');
  const old = new Database(path);
  migrate(old, [FIRST], NOW_MS);
  old.exec(
    'INSERT INTO a WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT i FROM n',
  );
  old.close();
  const sql = 'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO b SELECT x * 7919 % 800000 FROM a;';
  const migrations = [FIRST, { number: 2, name: 'slow', sql }];
  const other = otherProcess(
    path,
    `say('begins'); openJournal(path, 7, ${JSON.stringify(migrations)});`,
  );
  await other.hasSaid('begins');
  while (!existsSync(`${path}-wal`)) await delay(1);
  other.child.kill('SIGKILL');
  await other.allSaid;
  const db = new Database(path);
  expect([1, 2]).toContain(journalVersion(db));
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  migrate(db, migrations, NOW_MS);
  expect(journalVersion(db)).toBe(2);
  expect(db.prepare('SELECT count(*) FROM b').pluck().get()).toBe(300_000);
});

test('a new file of which any migration fails stays empty and is not yet a journal', () => {
  const db = newDatabase();
  const fails = { ...FAILS_IN_THE_MIDDLE, number: 1 };
  expect(() => {
    migrate(db, [fails], NOW_MS);
  }).toThrow('no such table');
  expect(() => {
    migrate(db, [FIRST, FAILS_IN_THE_MIDDLE], NOW_MS);
  }).toThrow('nowhere');
  expect(tables(db)).toEqual([]);
  expect(db.pragma('application_id', { simple: true })).toBe(0);
  expect(journalVersion(db)).toBe(0);
});

test('refuses a journal that a newer psusage has written, and changes nothing in it', () => {
  const db = newDatabase();
  migrate(db, [FIRST, SECOND], NOW_MS);
  expect(() => {
    migrate(db, [FIRST], NOW_MS);
  }).toThrow(
    failure({
      code: 'JOURNAL_NEWER',
      message: `${db.name} was written by a newer version of psusage (journal version 2, this one knows 1)`,
      hint: 'update psusage on this machine',
    }),
  );
  expect(journalVersion(db)).toBe(2);
});

test.each([
  ['one', [FIRST]],
  ['several', [FIRST, SECOND]],
])(
  'refuses a journal of before the first release with %s of its migrations, and changes nothing in it',
  (_, applied) => {
    const db = newDatabase();
    migrate(db, applied, NOW_MS);
    const before = db.serialize();
    expect(() => {
      migrate(db, [{ ...FIRST, name: 'another' }], NOW_MS);
    }).toThrow(
      failure({
        code: 'JOURNAL_BEFORE_RELEASE',
        hint: expect.stringContaining(`mv ${db.name} ${db.name}.old`) as string,
      }),
    );
    expect(db.serialize().equals(before)).toBe(true);
  },
);

test.each([
  ['has tables of its own', 'CREATE TABLE theirs (x)'],
  ['is marked as another’s', 'PRAGMA application_id = 1234'],
  ['has a table called migration', 'CREATE TABLE migration (number INTEGER, name TEXT)'],
])('refuses a database that %s, and changes nothing in it', (_, sql) => {
  const db = newDatabase();
  db.exec(sql);
  const before = db.serialize();
  expect(() => {
    migrate(db, [FIRST], NOW_MS);
  }).toThrow(failure({ code: 'NOT_A_JOURNAL' }));
  expect(db.serialize().equals(before)).toBe(true);
});

test('takes an empty file for a journal to be', () => {
  const path = join(temporaryFolder(), 'psusage.db');
  writeFileSync(path, '');
  const db = new Database(path);
  expect(assertReadableVersion(db, [FIRST])).toBe(0);
  migrate(db, [FIRST], NOW_MS);
  expect(journalVersion(db)).toBe(1);
});

test('the migrations that come with psusage are numbered from 1 without holes', () => {
  const migrations = bundledMigrations();
  expect(migrations.length).toBeGreaterThan(0);
  expect(migrations.map((each) => each.number)).toEqual(migrations.map((_, index) => index + 1));
  expect(latestVersion(migrations)).toBe(migrations.length);
  // None is left out for its name.
  const folder = new URL('../../../migrations/', import.meta.url);
  expect(readdirSync(folder)).toHaveLength(migrations.length);
});

test('the migrations that come with psusage leave the transaction to who applies them', () => {
  for (const { sql } of bundledMigrations()) {
    expect(sql).not.toMatch(
      /^\s*(BEGIN\s*(IMMEDIATE|EXCLUSIVE|DEFERRED|TRANSACTION)?\s*;|COMMIT|END\s+TRANSACTION|ROLLBACK|PRAGMA)/im,
    );
  }
});

test('finds migrations in the order of their numbers and leaves other files alone', () => {
  const folder = folderWith(['002_b.sql', '001_a.sql', 'README.md', '003_c.sql~']);
  expect(bundledMigrations(folder)).toEqual([
    { number: 1, name: 'a', sql: '-- 001_a.sql\n' },
    { number: 2, name: 'b', sql: '-- 002_b.sql\n' },
  ]);
});

test.each([
  ['in the middle', ['001_a.sql', '003_c.sql'], 2],
  ['at the beginning', ['002_b.sql'], 1],
  ['because two have one number', ['001_a.sql', '001_b.sql'], 2],
  ['because all are', [], 1],
])('refuses to work with a migration missing %s', (_, files, missing) => {
  expect(() => bundledMigrations(folderWith(files))).toThrow(`migration ${missing} is missing`);
});

test('processes that make one journal at the same time apply each migration once', async () => {
  const path = join(temporaryFolder(), 'psusage.db');
  const makers = Array.from({ length: 4 }, () =>
    otherProcess(
      path,
      `say('ready');
       await told();
       const db = openJournal(path, 7);
       say('version ' + db.prepare('SELECT max(number) FROM migration').pluck().get());
       db.close();
       process.exit();`,
    ),
  );
  await Promise.all(makers.map((each) => each.hasSaid('ready')));
  for (const each of makers) each.tell();
  const latest = latestVersion(bundledMigrations());
  for (const each of makers) expect(await each.allSaid).toBe(`ready\nversion ${latest}\n`);
  const db = new Database(path, { readonly: true });
  expect(recorded(db)).toEqual(bundledMigrations().map(({ number, name }) => [number, name, 7]));
});
