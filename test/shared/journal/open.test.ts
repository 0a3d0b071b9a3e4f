import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import {
  bundledMigrations,
  journalVersion,
  latestVersion,
} from '../../../src/shared/journal/migrate.js';
import { closeJournal, openJournal } from '../../../src/shared/journal/open.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { failure } from './failure.js';
import { canBecomeNobody, NOBODY, otherProcess } from './other-process.js';

const NOW_MS = 1_767_225_600_000;

function newPath(): string {
  return join(temporaryFolder(), 'psusage.db');
}

test('makes the folder and the journal where they are missing', () => {
  const path = join(temporaryFolder(), 'state', 'psusage', 'psusage.db');
  const db = openJournal(path, NOW_MS);
  expect(journalVersion(db)).toBe(latestVersion(bundledMigrations()));
  closeJournal(db);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o750);
});

test('keeps what a power loss must not undo, checks references and waits for others', () => {
  const db = openJournal(newPath(), NOW_MS);
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  expect(db.pragma('busy_timeout', { simple: true })).toBe(5_000);
  expect(db.pragma('journal_size_limit', { simple: true })).toBe(4 * 1024 * 1024);
  closeJournal(db);
});

test('holds after a second opening what was written in the first', () => {
  const path = newPath();
  const first = openJournal(path, NOW_MS);
  first.exec("INSERT INTO user (uid, name) VALUES (1001, 'foo_com')");
  closeJournal(first);
  const second = openJournal(path, NOW_MS + 1);
  expect(second.prepare('SELECT name FROM user').pluck().get()).toBe('foo_com');
  closeJournal(second);
});

test('takes an empty file for a journal to be', () => {
  const path = newPath();
  writeFileSync(path, '');
  const db = openJournal(path, NOW_MS);
  expect(journalVersion(db)).toBeGreaterThan(0);
  closeJournal(db);
});

test('a journal that was closed is one file, which anybody can read', () => {
  const path = newPath();
  closeJournal(openJournal(path, NOW_MS));
  expect(existsSync(`${path}-wal`)).toBe(false);
  expect(existsSync(`${path}-shm`)).toBe(false);
  const db = new Database(path, { readonly: true });
  expect(db.pragma('journal_mode', { simple: true })).toBe('delete');
  db.close();
});

test('closing does not wait for who reads just then, and loses nothing', () => {
  const path = newPath();
  const db = openJournal(path, NOW_MS);
  const reader = new Database(path, { readonly: true });
  reader.exec('BEGIN; SELECT count(*) FROM user');
  db.exec("INSERT INTO user (uid, name) VALUES (1001, 'foo_com')");
  const startMs = performance.now();
  closeJournal(db);
  expect(performance.now() - startMs).toBeLessThan(2_000);
  expect(db.open).toBe(false);
  reader.exec('COMMIT');
  expect(reader.prepare('SELECT name FROM user').pluck().get()).toBe('foo_com');
  reader.close();
});

test('the write-ahead log stays small, but while somebody reads for long, and shrinks again then', () => {
  const path = newPath();
  const db = openJournal(path, NOW_MS);
  const write = db.prepare('INSERT INTO name (name) VALUES (hex(randomblob(50000)))');
  const walBytesAfterWrites = (): number[] =>
    Array.from({ length: 120 }, () => {
      write.run();
      return statSync(`${path}-wal`).size;
    });
  const bound = 5 * 1024 * 1024;
  expect(Math.max(...walBytesAfterWrites())).toBeLessThan(bound);
  const reader = new Database(path, { readonly: true });
  reader.exec('BEGIN; SELECT count(*) FROM name');
  expect(walBytesAfterWrites().at(-1)).toBeGreaterThan(2 * bound);
  reader.close();
  expect(walBytesAfterWrites().at(-1)).toBeLessThan(bound);
  closeJournal(db);
});

test('leaves another program’s database as it was', () => {
  const path = newPath();
  const theirs = new Database(path);
  theirs.exec('CREATE TABLE theirs (x)');
  theirs.close();
  const before = readFileSync(path);
  expect(() => openJournal(path, NOW_MS)).toThrow(failure({ code: 'NOT_A_JOURNAL' }));
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('leaves a newer journal as it was', () => {
  const path = newPath();
  const db = openJournal(path, NOW_MS);
  db.exec("INSERT INTO migration VALUES (999, 'of_the_future', 0)");
  closeJournal(db);
  const before = readFileSync(path);
  expect(() => openJournal(path, NOW_MS)).toThrow(failure({ code: 'JOURNAL_NEWER' }));
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('says what is wrong with a file that is no database', () => {
  const path = newPath();
  writeFileSync(path, 'a text that is longer than the header of a database '.repeat(100));
  expect(() => openJournal(path, NOW_MS)).toThrow(
    failure({
      code: 'SQLITE_NOTADB',
      message: `cannot open the journal ${path}: file is not a database`,
      hint: 'this file is not a journal; name another with --journal',
    }),
  );
});

test('says that the folder can’t be made', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(() => openJournal(join(file, 'psusage.db'), NOW_MS)).toThrow(failure({ code: 'FOLDER' }));
});

test.each(['', ' ', 'psusage.db ', 'psusage.db\n'])(
  'refuses the path %j, which SQLite would take for another, and makes nothing',
  (path) => {
    const folder = temporaryFolder();
    const named = path.trim() === '' ? path : join(folder, path);
    expect(() => openJournal(named, NOW_MS)).toThrow(failure({ code: 'SQLITE_CANTOPEN' }));
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(' ')).toBe(false);
  },
);

test.runIf(canBecomeNobody())(
  'says that this user may not write (needs root, and a checkout that others may enter)',
  async () => {
    const path = newPath();
    closeJournal(openJournal(path, NOW_MS));
    chmodSync(dirname(path), 0o755);
    chmodSync(path, 0o644);
    const piece =
      "try { openJournal(path, 1) } catch (error) { say(error.code + ': ' + error.hint) }";
    const other = otherProcess(path, `${piece} process.exit();`, NOBODY);
    expect(await other.allSaid).toBe(
      'SQLITE_READONLY: this user may not write to the file or its folder\n',
    );
  },
);

test('says which journal could not be closed and why, and closes it all the same', () => {
  const path = newPath();
  const db = openJournal(path, NOW_MS);
  truncateSync(`${path}-wal`);
  expect(() => {
    closeJournal(db);
  }).toThrow(
    failure({
      code: 'SQLITE_IOERR_SHORT_READ',
      message: `cannot close the journal ${path}: disk I/O error`,
    }),
  );
  expect(db.open).toBe(false);
});

test('closing a journal that was moved leaves alone who has begun another at its path', () => {
  const path = newPath();
  const moved = openJournal(path, NOW_MS);
  moved.exec("INSERT INTO user (uid, name) VALUES (1001, 'foo_com')");
  for (const file of ['', '-wal', '-shm']) renameSync(path + file, `${path}.old${file}`);
  const another = openJournal(path, NOW_MS);
  another.exec("INSERT INTO user (uid, name) VALUES (1002, 'bar_org')");
  closeJournal(moved);
  expect(existsSync(`${path}-wal`)).toBe(true);
  closeJournal(another);
  for (const [file, uid] of [
    [path, 1002],
    [`${path}.old`, 1001],
  ] as const) {
    const db = new Database(file, { readonly: true });
    expect(db.prepare('SELECT uid FROM user').pluck().all()).toEqual([uid]);
    db.close();
  }
});
