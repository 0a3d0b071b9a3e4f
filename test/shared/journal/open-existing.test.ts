import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { tryLock } from '../../../src/shared/journal/lock.js';
import {
  bundledMigrations,
  journalVersion,
  latestVersion,
} from '../../../src/shared/journal/migrate.js';
import { closeJournal, openJournal } from '../../../src/shared/journal/open.js';
import { openExistingJournal } from '../../../src/shared/journal/open-existing.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { failure } from './failure.js';

const LATEST = latestVersion(bundledMigrations());

/** Those of a psusage that is one version ahead. */
const NEXT_MIGRATIONS = [
  ...bundledMigrations(),
  { number: LATEST + 1, name: 'next', sql: 'CREATE TABLE next (x INTEGER) STRICT;' },
];

function newJournal(): string {
  const path = join(temporaryFolder(), 'psusage.db');
  closeJournal(openJournal(path, 0));
  return path;
}

function versionOf(path: string): number {
  const db = new Database(path, { readonly: true });
  try {
    return journalVersion(db);
  } finally {
    db.close();
  }
}

test('leaves an older journal as it is while somebody records into it', () => {
  const path = newJournal();
  const lock = tryLock(path, 'record');
  expect(() => openExistingJournal(path, 0, NEXT_MIGRATIONS)).toThrow(
    failure({ code: 'JOURNAL_OLDER' }),
  );
  expect(versionOf(path)).toBe(LATEST);
  lock?.release();
  closeJournal(openExistingJournal(path, 0, NEXT_MIGRATIONS));
  expect(versionOf(path)).toBe(LATEST + 1);
  tryLock(path, 'record')?.release();
});

test('opens one of this version also while somebody records into it', () => {
  const path = newJournal();
  const lock = tryLock(path, 'record');
  closeJournal(openExistingJournal(path, 0));
  lock?.release();
});

test('makes none where there is none', () => {
  expect(() => openExistingJournal(join(temporaryFolder(), 'psusage.db'), 0)).toThrow(
    failure({ code: 'NO_JOURNAL' }),
  );
});
