import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { closeJournal, openJournal } from '../../src/shared/journal/open.js';
import { temporaryFolder } from '../temporary-folder.js';

const RECORDED = new URL('../fixtures/journals/web1.db.gz', import.meta.url);

const folder = temporaryFolder();

function readSchema(path: string): unknown[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all();
  } finally {
    db.close();
  }
}

/** Until the first release the one migration changes in place, and no migration brings this journal up to date. */
test('the recorded journal has the tables that a recorder makes now', () => {
  const recorded = join(folder, 'recorded.db');
  writeFileSync(recorded, gunzipSync(readFileSync(RECORDED)));
  const fresh = join(folder, 'fresh.db');
  closeJournal(openJournal(fresh, 0));
  expect(readSchema(recorded)).toEqual(readSchema(fresh));
});
