import type Database from 'better-sqlite3';
import { UsageError } from '../shared/errors.js';
import { harmlessText } from '../shared/harmless-text.js';
import type { Period } from '../shared/days.js';
import { nearNames } from '../shared/near-names.js';
import { readSummary } from './read-summary.js';
import type { ReportRow } from './report.js';
import type { Question } from './summary.js';

/**
 * What a user, who is named by name or uid, has spent in the period.
 *
 * @throws UsageError when there is no such user in it
 */
export function readOnlyUser(db: Database.Database, question: Question, named: string): ReportRow {
  const everybody = readSummary(db, { ...question, by: 'user', top: undefined });
  return rowOfUser(everybody.rows, named, question.period);
}

/**
 * The row of one user, who is named by name or uid.
 *
 * @param rows of all users of the period
 * @throws UsageError when there is none of that name, or more than one; the hint names those who come close
 */
function rowOfUser(rows: readonly ReportRow[], named: string, period: Period): ReportRow {
  const called = rows.filter(({ name }) => name === named);
  const [row] = called;
  if (row !== undefined && called.length === 1) return row;
  if (row !== undefined) {
    const uids = called.map(({ id }) => id).join(', ');
    throw new UsageError(
      `${called.length} users are called ${harmlessText(named)}`,
      `name one by uid: ${uids}`,
    );
  }
  const ofUid = rows.find(({ id }) => String(id) === named);
  if (ofUid !== undefined) return ofUid;
  const { firstDay, lastDay, days } = period;
  const when = days === 1 ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`;
  throw new UsageError(`no process of ${harmlessText(named)} was recorded ${when}`, hint());

  function hint(): string {
    const names = rows.map(({ name }) => name);
    const near = nearNames(named, names).map(harmlessText);
    return near.length > 0
      ? `users with a name like that: ${near.join(', ')}`
      : 'leave out --user to see who there was';
  }
}
