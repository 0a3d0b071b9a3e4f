import type Database from 'better-sqlite3';
import { readRecorded } from './data/recorded.js';
import { resolveBudgets } from './data/resolve-users.js';
import type { JournalReport } from './report.js';
import { type OnlyUser, summarise, type SummaryOptions } from './summary.js';

/** The report on everybody, or on one user. */
export function readSummary(
  db: Database.Database,
  options: SummaryOptions,
  onlyUser?: OnlyUser,
): JournalReport {
  const budgets = resolveBudgets(db, options.budgets);
  const recorded = readRecorded(db, options.by, options, onlyUser?.row.id ?? null);
  return summarise(recorded, { ...options, budgets }, onlyUser);
}
