import type Database from 'better-sqlite3';
import type { Period } from '../shared/days.js';
import { UsageError } from '../shared/errors.js';
import { type NamedUsers, parseNamedUsers, usersNamed } from '../shared/named-user.js';
import { nearNames } from '../shared/near-names.js';
import { plural } from '../shared/numbers.js';
import { sanitize } from '../shared/sanitize.js';
import { readRecorded } from './data/recorded.js';
import { resolveBudgets, resolveUsers } from './data/resolve-users.js';
import type { OnlyUsers, ReportRow } from './models/day.js';
import { type DayOptions, summariseDay } from './models/journal-day.js';
import { renamedUsers } from './models/users.js';
import { readReport } from './read-day.js';
import type { OwnUser, UserFilter } from './user-filter.js';
import { formatLength } from './views/date-format.js';

/**
 * What the users of the filter have spent in the period, and the names that their uids had in it.
 *
 * @param isForThem whether nothing of others is for those who read it; so it always is of whoever asks for their own
 * @throws UsageError when there is no such user in it
 */
export function readOnlyUsers(
  db: Database.Database,
  options: Omit<DayOptions, 'by' | 'sort' | 'top'>,
  filter: UserFilter,
  isForThem = false,
): OnlyUsers {
  const ofUsers: DayOptions = { ...options, by: 'user', sort: 'credits', top: undefined };
  const { rows } = readReport(db, ofUsers);
  const found =
    filter.kind === 'own'
      ? [findOwnRow(rows, filter, options.period)]
      : findRows(db, rows, filter.text, options.period);
  if (filter.kind === 'own' || isForThem) {
    const alone = readAlone(db, ofUsers, found);
    return { label: formatLabel(alone, filter), rows: alone, renamed: [], isPrivate: true };
  }
  const uids = new Set(found.map(({ uid }) => uid));
  const renamed = renamedUsers(rows.filter(({ uid }) => uids.has(uid)));
  return { label: formatLabel(found, filter), rows: found, renamed, isPrivate: false };
}

function formatLabel(rows: readonly ReportRow[], filter: UserFilter): string {
  const [first] = rows;
  if (filter.kind === 'own' || rows.length === 1) return first?.key ?? '';
  return `${filter.text} (${plural(rows.length, 'user')})`;
}

/** The same rows, with nothing in them that others' figures have a part in: what others left of the host bounds no range. */
function readAlone(
  db: Database.Database,
  options: DayOptions,
  rows: readonly ReportRow[],
): ReportRow[] {
  const ids = rows.map(({ id }) => id);
  const recorded = readRecorded(db, 'user', options, ids);
  const budgets = resolveBudgets(db, options.budgets);
  return summariseDay(recorded, { ...options, budgets }).rows;
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

/**
 * The rows of the users who are named as `parseNamedUsers` reads it, or of the one named by name and uid as a row of a
 * shared name is.
 *
 * @param rows of all users of the period
 * @throws UsageError when there is none, or more than one whom no pattern names; the hint names those who are meant or
 *   come close
 */
function findRows(
  db: Database.Database,
  rows: readonly ReportRow[],
  text: string,
  period: Period,
): ReportRow[] {
  const named = resolveUsers(db, parseNamedUsers(text));
  const asRow = rows.filter(({ key, name, uid }) => key === text || `${name} (${uid})` === text);
  const called = asRow.length > 0 ? asRow : usersNamed(named, rows);
  const [first] = called;
  if (first === undefined) {
    throw new UsageError(
      `no process of ${sanitize(text)} was recorded ${formatWhen(period)}`,
      hintOfNone(text, named, rows),
    );
  }
  if (named.kind === 'pattern' || called.length === 1) return called;
  const keys = called.toSorted((a, b) => a.id - b.id).map(({ key }) => `'${sanitize(key)}'`);
  throw new UsageError(
    called.every(({ uid }) => uid === first.uid)
      ? `${sanitize(text)} had ${called.length} names ${formatWhen(period)}`
      : `${called.length} users are called ${sanitize(text)}`,
    `name one of them: ${keys.join(', ')}`,
  );
}

function hintOfNone(text: string, named: NamedUsers, rows: readonly ReportRow[]): string {
  const written = parseNamedUsers(text);
  if (named.kind === 'user' && written.kind === 'user') {
    const { uid } = written;
    if (named.uid === null && uid !== null && rows.some((row) => row.uid === uid)) {
      return `${text} is the name of a user; write uid:${uid} for the user of that uid`;
    }
  }
  const names = rows.map(({ name }) => name);
  const near = nearNames(text, names).map(sanitize);
  return near.length > 0
    ? `similar names: ${near.join(', ')}`
    : 'leave out --user to see all users';
}

function formatWhen(period: Period): string {
  const { firstDay, lastDay, days } = period;
  if (period.hours !== undefined) return `in ${formatLength(period)}`;
  return days === 1 ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`;
}
