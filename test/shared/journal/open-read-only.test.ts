import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { bundledMigrations, latestVersion } from '../../../src/shared/journal/migrate.js';
import { openJournalReadOnly } from '../../../src/shared/journal/open-read-only.js';
import { closeJournal, openJournal } from '../../../src/shared/journal/open.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { failure } from './failure.js';
import { canBecomeNobody, NOBODY, otherProcess } from './other-process.js';

/** A journal in a folder whose group, nobody's, may enter it and read what is in it. */
function newJournal(): { path: string; db: Database.Database } {
  const folder = temporaryFolder();
  if (canBecomeNobody()) chownSync(folder, 0, NOBODY);
  chmodSync(folder, 0o2750);
  const path = join(folder, 'psusage.db');
  return { path, db: openJournal(path, 0) };
}

function addUser(db: Database.Database, uid: number): void {
  db.prepare('INSERT INTO user (uid, name) VALUES (?, ?)').run(uid, `user${uid}`);
}

function users(db: Database.Database): unknown {
  return db.prepare('SELECT count(*) FROM user').pluck().get();
}

/** What a user who may only read gets to see: how many users the journal holds, or why not. */
async function readAsNobody(path: string): Promise<string> {
  const piece = `
    try {
      const db = openJournalReadOnly(path);
      say(db.prepare('SELECT count(*) FROM user').pluck().get() + ' users');
      db.close();
    } catch (error) {
      say(error.code);
    }
    process.exit();`;
  return (await otherProcess(path, piece, NOBODY).allSaid).trim();
}

describe.runIf(canBecomeNobody())(
  'a user who may only read (needs root, and a checkout that others may enter)',
  () => {
    test('reads while the recorder writes, and sees what was written last', async () => {
      const { path, db } = newJournal();
      addUser(db, 1);
      expect(await readAsNobody(path)).toBe('1 users');
      addUser(db, 2);
      expect(await readAsNobody(path)).toBe('2 users');
      closeJournal(db);
    });

    test('reads after the recorder was killed', async () => {
      const { path, db } = newJournal();
      closeJournal(db);
      const recorder = otherProcess(
        path,
        `const db = openJournal(path, 0);
       db.exec("INSERT INTO user (user_id, uid, name) VALUES (1, 1, 'a')");
       say('written');
       await told();`,
      );
      await recorder.hasSaid('written');
      recorder.child.kill('SIGKILL');
      await recorder.allSaid;
      expect(existsSync(`${path}-wal`)).toBe(true);
      expect(await readAsNobody(path)).toBe('1 users');
    });

    test('reads after the recorder has closed the journal', async () => {
      const { path, db } = newJournal();
      addUser(db, 1);
      closeJournal(db);
      expect(await readAsNobody(path)).toBe('1 users');
    });

    test('reads a journal that was left in WAL mode, without its files of that mode', async () => {
      const { path, db } = newJournal();
      addUser(db, 1);
      db.close();
      expect(readdirSync(dirname(path))).toEqual(['psusage.db']);
      expect(readFileSync(path)[18]).toBe(2);
      expect(await readAsNobody(path)).toBe('1 users');
      expect(readdirSync(dirname(path))).toEqual(['psusage.db']);
    });

    test('reads after the recorder has closed the journal while another read it', async () => {
      const { path, db } = newJournal();
      addUser(db, 1);
      const reader = openJournalReadOnly(path);
      users(reader);
      closeJournal(db);
      expect(await readAsNobody(path)).toBe('1 users');
      reader.close();
      expect(await readAsNobody(path)).toBe('1 users');
    });

    test('is told that the journal may not be read, not that there is none', async () => {
      const { path, db } = newJournal();
      closeJournal(db);
      chmodSync(path, 0o600);
      expect(await readAsNobody(path)).toBe('SQLITE_CANTOPEN');
      chmodSync(dirname(path), 0o700);
      expect(await readAsNobody(path)).toBe('EACCES');
    });
  },
);

test('sees what is written after it has opened the journal', () => {
  const { path, db } = newJournal();
  const reader = openJournalReadOnly(path);
  expect(users(reader)).toBe(0);
  addUser(db, 1);
  expect(users(reader)).toBe(1);
  reader.close();
  closeJournal(db);
});

test('never writes', () => {
  const { path, db } = newJournal();
  closeJournal(db);
  const before = readFileSync(path);
  const reader = openJournalReadOnly(path);
  expect(() => {
    addUser(reader, 1);
  }).toThrow('readonly');
  reader.close();
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(['psusage.db']);
});

test('says where a journal was looked for, and how to make one', () => {
  const path = join(temporaryFolder(), 'psusage.db');
  expect(() => openJournalReadOnly(path)).toThrow(
    failure({
      code: 'NO_JOURNAL',
      message: `there is no journal at ${path}`,
      hint: expect.stringContaining('psusage record') as string,
    }),
  );
  expect(existsSync(path)).toBe(false);
});

test('says that nothing has been recorded in an empty file', () => {
  const path = join(temporaryFolder(), 'psusage.db');
  writeFileSync(path, '');
  expect(() => openJournalReadOnly(path)).toThrow(
    failure({ code: 'EMPTY_JOURNAL', message: `nothing has been recorded in ${path} yet` }),
  );
});

test('refuses a journal of an older version, which it may not bring up to date', () => {
  const { path, db } = newJournal();
  closeJournal(db);
  const next = { number: latestVersion(bundledMigrations()) + 1, name: 'next', sql: '' };
  expect(() => openJournalReadOnly(path, [...bundledMigrations(), next])).toThrow(
    failure({ code: 'JOURNAL_OLDER', hint: expect.stringContaining('psusage record') as string }),
  );
});

test('refuses a journal of before the first release', () => {
  const { path, db } = newJournal();
  db.exec("UPDATE migration SET name = 'record_lifecycles'");
  closeJournal(db);
  expect(() => openJournalReadOnly(path)).toThrow(failure({ code: 'JOURNAL_BEFORE_RELEASE' }));
});

test('refuses a journal of a newer version', () => {
  const { path, db } = newJournal();
  db.exec("INSERT INTO migration VALUES (999, 'of_the_future', 0)");
  closeJournal(db);
  expect(() => openJournalReadOnly(path)).toThrow(
    failure({ code: 'JOURNAL_NEWER', hint: 'update psusage on this machine' }),
  );
});

test('refuses another program’s database', () => {
  const path = join(temporaryFolder(), 'theirs.db');
  const theirs = new Database(path);
  theirs.exec('CREATE TABLE theirs (x)');
  theirs.close();
  expect(() => openJournalReadOnly(path)).toThrow(failure({ code: 'NOT_A_JOURNAL' }));
});

test('refuses a file that is no database', () => {
  const path = join(temporaryFolder(), 'text');
  writeFileSync(path, 'a text that is longer than the header of a database '.repeat(100));
  expect(() => openJournalReadOnly(path)).toThrow(
    failure({ code: 'SQLITE_NOTADB', message: expect.stringContaining(path) as string }),
  );
});
