import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { generateExample } from '../../test/journals/generate.js';
import { closeJournal, openJournal } from '../../src/shared/journal/open.js';
import type { ScreenJournal } from './blocks.js';

/** Twenty minutes of a real server: pools of php-fpm of several users. */
const RECORDED = new URL('../../test/fixtures/journals/web1.db.gz', import.meta.url);

/** A journal as it was when its last sample was taken. */
export interface JournalAt {
  readonly path: string;
  /** When that was, in ms since 1970. */
  readonly nowMs: number;
}

/** Puts a journal into a folder. */
export function placeJournal(journal: ScreenJournal, folder: string): JournalAt {
  const path = join(folder, `${journal}.db`);
  if (journal === 'example') generateExample(path);
  else placeRecorded(path);
  return { path, nowMs: lastSampleMs(path) };
}

/** It stays as it was recorded; the next recorder would bring it up to date. */
function placeRecorded(path: string): void {
  writeFileSync(path, gunzipSync(readFileSync(RECORDED)));
  closeJournal(openJournal(path, 0));
}

function lastSampleMs(path: string): number {
  const db = new Database(path, { readonly: true });
  try {
    const last = db
      .prepare<[], number | null>('SELECT max(last_tick_ms) FROM recorder_run')
      .pluck()
      .get();
    if (typeof last !== 'number') throw new Error(`${path} holds no sample`);
    return last;
  } finally {
    db.close();
  }
}
