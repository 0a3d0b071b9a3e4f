import type Database from 'better-sqlite3';
import { readRecorded } from './read/recorded.js';
import type { JournalReport } from './report.js';
import { type Question, summarise } from './summary.js';

/** The report on everybody, or on the only user. */
export function readSummary(db: Database.Database, question: Question): JournalReport {
  const { by, onlyUser } = question;
  return summarise(readRecorded(db, by, question, onlyUser?.id ?? null), question);
}
