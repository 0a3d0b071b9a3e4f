import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
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

const OLDER = new URL('../../fixtures/journals/version-7.db.gz', import.meta.url);

function journalFile(): string {
  return join(temporaryFolder(), 'psusage.db');
}

function olderJournal(): string {
  const path = journalFile();
  writeFileSync(path, gunzipSync(readFileSync(OLDER)));
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
  const path = olderJournal();
  const lock = tryLock(path, 'record');
  expect(() => openExistingJournal(path, 0)).toThrow(
    expect.objectContaining({ code: 'JOURNAL_OLDER' }) as Error,
  );
  expect(versionOf(path)).toBe(7);
  lock?.release();
  closeJournal(openExistingJournal(path, 0));
  expect(versionOf(path)).toBe(latestVersion(bundledMigrations()));
  tryLock(path, 'record')?.release();
});

test('opens one of this version also while somebody records into it', () => {
  const path = journalFile();
  closeJournal(openJournal(path, 0));
  const lock = tryLock(path, 'record');
  closeJournal(openExistingJournal(path, 0));
  lock?.release();
});

test('makes none where there is none', () => {
  expect(() => openExistingJournal(journalFile(), 0)).toThrow(
    expect.objectContaining({ code: 'NO_JOURNAL' }) as Error,
  );
});
