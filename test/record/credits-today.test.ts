import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { creditsToday } from '../../src/record/run.js';
import { RecorderJournal } from '../../src/record/journal/recorder-journal.js';
import { temporaryFolder } from '../temporary-folder.js';

/** In UTC, as the tests are. */
const NOON_MS = Date.parse('2026-03-29T12:00:00Z');
const MIDNIGHT_MS = Date.parse('2026-03-29T00:00:00Z');
const QUARTER_MS = 900_000;

/** A journal that is open to record, with a minute of CPU time on either side of midnight. */
function newJournal(): { path: string; journal: RecorderJournal } {
  const path = join(temporaryFolder(), 'psusage.db');
  const journal = RecorderJournal.open(path, 'a-boot', NOON_MS);
  const db = new Database(path);
  db.exec(`INSERT INTO user (user_id, uid, name) VALUES (1, 1, 'foo'); INSERT INTO name VALUES (1, 'php-fpm');
    INSERT INTO usage
      (quarter_ms, user_id, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over)
    VALUES
      (${MIDNIGHT_MS}, 1, 1, 1, 60000, 0, 1, 0),
      (${MIDNIGHT_MS - QUARTER_MS}, 1, 1, 1, 60000, 0, 1, 0)`);
  db.close();
  return { path, journal };
}

test('are those of the calendar day', () => {
  const { journal } = newJournal();
  expect(creditsToday(journal, NOON_MS)).toBe(1);
  journal.close();
});

test('are not known while the journal can’t be read, and that is no error', () => {
  const { path, journal } = newJournal();
  truncateSync(`${path}-wal`);
  expect(creditsToday(journal, NOON_MS)).toBeUndefined();
});
