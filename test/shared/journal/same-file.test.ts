import { copyFileSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { openedFile, openJournal } from '../../../src/shared/journal/open.js';
import { assertSameFile, fileIdentity } from '../../../src/shared/journal/same-file.js';
import { temporaryFolder } from '../../temporary-folder.js';

const GONE: unknown = expect.objectContaining({
  code: 'JOURNAL_GONE',
  message: expect.stringContaining('was moved or removed while it was recorded') as string,
  hint: expect.stringContaining('psusage record') as string,
});

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
  db?.exec("INSERT INTO user VALUES (1, 'a')");
  assertSameFile(path, identity);
  linkSync(path, `${path}-other-name`);
  assertSameFile(path, identity);
});

test.each<[string, (path: string) => void]>([
  ['removed', rmSync],
  [
    'moved',
    (path) => {
      renameSync(path, `${path}.old`);
    },
  ],
  [
    'replaced by a copy',
    (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
  ],
  [
    'gone with its folder',
    (path) => {
      renameSync(dirname(path), `${dirname(path)}.old`);
    },
  ],
  [
    'replaced by a folder',
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
])('notices that the journal was %s', (_, change) => {
  const { path, identity } = newJournal();
  change(path);
  expect(() => {
    assertSameFile(path, identity);
  }).toThrow(GONE);
});

test('does not take for gone what can’t be looked at', () => {
  const { path, identity } = newJournal();
  const unreachable = join(path.replace('psusage.db', 'x'.repeat(300)), 'psusage.db');
  expect(() => {
    assertSameFile(unreachable, identity);
  }).not.toThrow();
});

test('has no identity to give of a journal that is not there', () => {
  expect(() => fileIdentity(join(temporaryFolder(), 'psusage.db'))).toThrow(
    'cannot find the journal',
  );
});
