import type Database from 'better-sqlite3';
import type { Period } from '../shared/days.js';
import { UsageError } from '../shared/errors.js';
import { sanitize } from '../shared/sanitize.js';
import { type NamedUser, parseNamedUser, usersNamed } from '../shared/named-user.js';
import { nearNames } from '../shared/near-names.js';
import { resolveUser } from './data/resolve-users.js';
import type { ReportRow } from './models/day.js';
import type { DayOptions, OnlyUser } from './models/journal-day.js';
import { renamedUsers } from './models/users.js';
import { readReport } from './read-day.js';
import type { OwnUser, UserFilter } from './user-filter.js';

/**
 * What the one user has spent in the period, and the names that the uid had in it, which are not for whoever
 * reads their own figures.
 *
 * @throws UsageError when there is no such user in it
 */
export function readOnlyUser(
  db: Database.Database,
  options: DayOptions,
  filter: UserFilter,
): OnlyUser {
  const { rows } = readReport(db, { ...options, by: 'user', top: undefined });
  const { period } = options;
  if (filter.kind === 'own') {
    return { row: findOwnRow(rows, filter, period), renamed: [], isPrivate: true };
  }
  const user = resolveUser(db, parseNamedUser(filter.text));
  const row = findRow(rows, { text: filter.text, user }, period);
  const renamed = renamedUsers(rows.filter(({ uid }) => uid === row.uid));
  return { row, renamed, isPrivate: false };
}

/** @throws UsageError when there is none; it names nobody else */
function findOwnRow(rows: readonly ReportRow[], { uid, name }: OwnUser, period: Period): ReportRow {
  const row = rows.find((each) => each.uid === uid && each.name === name);
  if (row !== undefined) return row;
  throw new UsageError(
    `no process of yours was recorded ${formatWhen(period)}`,
    `your processes run as ${sanitize(name)}, uid ${uid}`,
  );
}

/** A user as an option names one, and whom it means. */
interface Wanted {
  text: string;
  user: NamedUser;
}

/**
 * The row of one user, who is named as `parseNamedUser` reads it, or by name and uid as a row of a shared name is.
 *
 * @param rows of all users of the period
 * @throws UsageError when there is none, or more than one; the hint names those who are meant or come close
 */
function findRow(rows: readonly ReportRow[], { text, user }: Wanted, period: Period): ReportRow {
  const asRow = rows.filter(({ key, name, uid }) => key === text || `${name} (${uid})` === text);
  const called = asRow.length > 0 ? asRow : usersNamed(user, rows).sort((a, b) => a.id - b.id);
  const [first] = called;
  if (first !== undefined && called.length === 1) return first;
  if (first !== undefined) {
    const keys = called.map(({ key }) => `'${sanitize(key)}'`);
    throw new UsageError(
      called.every(({ uid }) => uid === first.uid)
        ? `${sanitize(text)} had ${called.length} names ${formatWhen(period)}`
        : `${called.length} users are called ${sanitize(text)}`,
      `name one of them: ${keys.join(', ')}`,
    );
  }
  throw new UsageError(
    `no process of ${sanitize(text)} was recorded ${formatWhen(period)}`,
    hint(),
  );

  function hint(): string {
    const { uid } = parseNamedUser(text);
    if (user.uid === null && uid !== null && rows.some((row) => row.uid === uid)) {
      return `${text} is the name of a user; write uid:${uid} for the user of that uid`;
    }
    const names = rows.map(({ name }) => name);
    const near = nearNames(text, names).map(sanitize);
    return near.length > 0
      ? `similar names: ${near.join(', ')}`
      : 'leave out --user to see all users';
  }
}

function formatWhen({ firstDay, lastDay, days }: Period): string {
  return days === 1 ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`;
}
