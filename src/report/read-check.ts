import type Database from 'better-sqlite3';
import { readPrunedUntilMs } from '../shared/journal/pruned.js';
import { readLifecycles } from './data/lifecycles.js';
import { check, type CheckOptions, type CheckResult } from './models/check.js';
import type { JournalReport } from './models/day.js';
import { prunedWithin } from './models/lifecycles.js';

/** So many users have their processes named, the worst; each takes a search of its own. */
const MOST_USERS = 10;
const PROCESSES_PER_USER = 3;

/** The check of a journal, with the costliest processes of those who are over a threshold, where all are still known. */
export function readCheck(
  db: Database.Database,
  report: JournalReport,
  options: CheckOptions,
): CheckResult {
  const result = check(report, options);
  if (prunedWithin(report, readPrunedUntilMs(db)) !== null) return result;
  const users = result.users.map((user, at) => {
    if (user.state === 'ok' || at >= MOST_USERS) return user;
    const { costliest } = readLifecycles(db, report.period, [user.row.id], PROCESSES_PER_USER);
    return { ...user, costliest: costliest.filter(({ cpuMs }) => cpuMs > 0) };
  });
  return { ...result, users };
}
