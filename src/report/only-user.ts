import type Database from 'better-sqlite3';
import { UsageError } from '../shared/errors.js';
import { harmlessText } from '../shared/harmless-text.js';
import type { Period } from '../shared/days.js';
import { parseNamedUser, usersNamed } from '../shared/named-user.js';
import { nearNames } from '../shared/near-names.js';
import { type AskedUser, type Caller, isCaller } from './caller.js';
import { readSummary } from './read-summary.js';
import type { ReportRow } from './report.js';
import type { Question } from './summary.js';

/**
 * What one user, whoever is asked for, has spent in the period.
 *
 * @throws UsageError when there is no such user in it
 */
export function readOnlyUser(
  db: Database.Database,
  question: Question,
  asked: AskedUser,
): ReportRow {
  const { rows } = readSummary(db, { ...question, by: 'user', top: undefined });
  const { period } = question;
  return isCaller(asked) ? rowOfCaller(rows, asked, period) : rowOfUser(rows, asked, period);
}

/** @throws UsageError when there is none; it names nobody else */
function rowOfCaller(rows: readonly ReportRow[], { uid, name }: Caller, period: Period): ReportRow {
  const row = rows.find((each) => each.uid === uid && each.name === name);
  if (row !== undefined) return row;
  throw new UsageError(
    `no process of yours was recorded ${whenInWords(period)}`,
    `yours are those that run as ${harmlessText(name)} with the uid ${uid}`,
  );
}

/**
 * The row of one user, who is named as `parseNamedUser` reads it, or as the row is.
 *
 * @param rows of all users of the period
 * @throws UsageError when there is none, or more than one; the hint names those who are meant or come close
 */
function rowOfUser(rows: readonly ReportRow[], named: string, period: Period): ReportRow {
  const row = rows.find(({ key }) => key === named);
  if (row !== undefined) return row;
  const called = usersNamed(parseNamedUser(named), rows).sort((a, b) => a.id - b.id);
  const [first] = called;
  if (first !== undefined && called.length === 1) return first;
  if (first !== undefined) {
    const keys = called.map(({ key }) => `'${harmlessText(key)}'`);
    throw new UsageError(
      called.every(({ uid }) => uid === first.uid)
        ? `${harmlessText(named)} had ${called.length} names ${whenInWords(period)}`
        : `${called.length} users are called ${harmlessText(named)}`,
      `name one of them: ${keys.join(', ')}`,
    );
  }
  throw new UsageError(
    `no process of ${harmlessText(named)} was recorded ${whenInWords(period)}`,
    hint(),
  );

  function hint(): string {
    const names = rows.map(({ name }) => name);
    const near = nearNames(named, names).map(harmlessText);
    return near.length > 0
      ? `users with a name like that: ${near.join(', ')}`
      : 'leave out --user to see who there was';
  }
}

function whenInWords({ firstDay, lastDay, days }: Period): string {
  return days === 1 ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`;
}
