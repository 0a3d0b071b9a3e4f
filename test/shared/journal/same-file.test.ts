import { copyFileSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { openedFile, openJournal } from '../../../src/shared/journal/open.js';
import { compareFile, fileIdentity } from '../../../src/shared/journal/same-file.js';
import { temporaryFolder } from '../../temporary-folder.js';

let db: Database.Database | undefined;
afterEach(() => db?.close());

/** A journal in a folder of its own, open as long as the test runs, with its identity at opening. */
function newJournal() {
  const path = join(temporaryFolder(), 'state', 'psusage.db');
  db = openJournal(path, 0);
  return { path, identity: openedFile(db) };
}

test('finds the journal the same as long as it stays where it is, whatever is written', () => {
  const { path, identity } = newJournal();
  db?.exec("INSERT INTO user (user_id, uid, name) VALUES (1, 1, 'a')");
  expect(compareFile(path, identity)).toBe('same');
  linkSync(path, `${path}-other-name`);
  expect(compareFile(path, identity)).toBe('same');
});

test.each<[string, 'none' | 'other', (path: string) => void]>([
  ['removed', 'none', rmSync],
  [
    'moved',
    'none',
    (path) => {
      renameSync(path, `${path}.old`);
    },
  ],
  [
    'replaced by a copy',
    'other',
    (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
  ],
  [
    'gone with its folder',
    'none',
    (path) => {
      renameSync(dirname(path), `${dirname(path)}.old`);
    },
  ],
  [
    'replaced by a folder',
    'other',
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
])('notices that the journal was %s', (_, found, change) => {
  const { path, identity } = newJournal();
  change(path);
  expect(compareFile(path, identity)).toBe(found);
});

test('does not take for gone what can’t be looked at', () => {
  const { path, identity } = newJournal();
  const unreachable = join(path.replace('psusage.db', 'x'.repeat(300)), 'psusage.db');
  expect(compareFile(unreachable, identity)).toBe('unknown');
});

test('has no identity to give of a journal that is not there', () => {
  expect(() => fileIdentity(join(temporaryFolder(), 'psusage.db'))).toThrow(
    'cannot find the journal',
  );
});
