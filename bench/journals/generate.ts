import type Database from 'better-sqlite3';
import { closeJournal, openJournal } from '../../src/shared/journal/open.js';
import { QUARTER_HOUR_MS } from '../../src/shared/units.js';
import { seededRandom } from '../loads/random.js';
import { hostOf } from './host.js';
import { writeRuns } from './runs.js';
import { startsByQuarter } from './short-lives.js';
import { Recording } from './recording.js';

const QUARTERS_PER_DAY = 96;

/** What a journal is to hold. */
export interface GeneratedJournal {
  /** Lifecycles of a few seconds, in all; services that live all the time come on top. */
  readonly lifecycles: number;
  readonly days: number;
  /** The end of the last day, a quarter-hour of UTC, in ms since 1970. */
  readonly toMs: number;
  readonly seed: number;
}

/**
 * Makes a journal as a recorder would have left it on a host of fifty sites: the real schema, sums
 * that agree with the records, the same rows for the same seed. A million lifecycles take half a minute.
 */
export function generateJournal(path: string, wanted: GeneratedJournal): void {
  const fromMs = wanted.toMs - wanted.days * QUARTERS_PER_DAY * QUARTER_HOUR_MS;
  const db = openForBulk(path);
  const random = seededRandom(wanted.seed);
  const host = hostOf(random);
  const addUser = db.prepare('INSERT INTO user (uid, name) VALUES (?, ?)');
  const recording = new Recording(db, host, random, fromMs);
  const starts = startsByQuarter(wanted.lifecycles, fromMs, wanted.days * QUARTERS_PER_DAY);
  db.transaction(() => {
    writeRuns(db, fromMs, wanted.toMs);
    for (const { uid, name } of host.users) addUser.run(uid, name);
    recording.begin();
  })();
  for (let day = 0; day < wanted.days; day++) {
    const first = day * QUARTERS_PER_DAY;
    db.transaction(() => {
      starts.slice(first, first + QUARTERS_PER_DAY).forEach((count, at) => {
        recording.quarter(fromMs + (first + at) * QUARTER_HOUR_MS, count);
      });
    })();
  }
  db.transaction(() => {
    recording.end(wanted.toMs);
  })();
  closeJournal(db);
}

/** Makes a journal of the same runs in which no process was ever seen. */
export function generateEmptyJournal(path: string, days: number, toMs: number): void {
  const db = openForBulk(path);
  writeRuns(db, toMs - days * QUARTERS_PER_DAY * QUARTER_HOUR_MS, toMs);
  closeJournal(db);
}

/** Nobody minds when a power loss takes what can be made again. */
function openForBulk(path: string): Database.Database {
  const db = openJournal(path, 0);
  db.pragma('synchronous = OFF');
  return db;
}
