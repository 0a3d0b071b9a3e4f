import type Database from 'better-sqlite3';
import { closeJournal, openJournal } from '../../src/shared/journal/open.js';
import { QUARTER_HOUR_MS } from '../../src/shared/units.js';
import type { Random } from '../loads/random.js';
import type { Host } from './host.js';
import { Recording } from './recording.js';
import { missedSpans, type RecorderRuns, writeRuns } from './runs.js';

/** So many quarter-hours are one transaction. */
const QUARTERS_AT_A_TIME = 96;

/** A host, and the recorder on it. */
export interface RecordedHost {
  readonly host: Host;
  readonly recorder: RecorderRuns;
  /** The first quarter-hour and the end of the last one, in ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Makes a journal as a recorder would have left it: the real schema, sums that agree with the records. */
export function writeJournal(path: string, recorded: RecordedHost, random: Random): void {
  const { host, recorder, fromMs, toMs } = recorded;
  const db = openForBulk(path);
  const addUser = db.prepare('INSERT INTO user (user_id, uid, name) VALUES (?, ?, ?)');
  const recording = new Recording(db, host, random, fromMs, toMs, missedSpans(recorder));
  db.transaction(() => {
    writeRuns(db, recorder);
    for (const { uid, name } of host.users) addUser.run(uid, uid, name);
    recording.begin();
  })();
  const stepMs = QUARTERS_AT_A_TIME * QUARTER_HOUR_MS;
  for (let ms = fromMs; ms < toMs; ms += stepMs) {
    db.transaction(() => {
      const endMs = Math.min(ms + stepMs, toMs);
      for (let at = ms; at < endMs; at += QUARTER_HOUR_MS) recording.quarter(at);
    })();
  }
  db.transaction(() => {
    recording.end();
  })();
  closeJournal(db);
}

/** Makes a journal of the same runs in which no process was ever seen. */
export function writeEmptyJournal(path: string, recorder: RecorderRuns): void {
  const db = openForBulk(path);
  writeRuns(db, recorder);
  closeJournal(db);
}

/** Nobody minds when a power loss takes what can be made again. */
function openForBulk(path: string): Database.Database {
  const db = openJournal(path, 0);
  db.pragma('synchronous = OFF');
  return db;
}
