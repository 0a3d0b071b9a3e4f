import type Database from 'better-sqlite3';
import { readRecorded } from './data/recorded.js';
import { settledBudgets } from './data/settled-users.js';
import type { JournalReport } from './report.js';
import { type Question, summarise } from './summary.js';

/** The report on everybody, or on the only user. */
export function readSummary(db: Database.Database, question: Question): JournalReport {
  const { by, onlyUser } = question;
  const budgets = settledBudgets(db, question.budgets);
  const recorded = readRecorded(db, by, question, onlyUser?.id ?? null);
  return summarise(recorded, { ...question, budgets });
}
