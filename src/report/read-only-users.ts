import { spawnSync } from 'node:child_process';
import type Database from 'better-sqlite3';
import type { Period } from '../shared/days.js';
import { UsageError } from '../shared/errors.js';
import { parseNamedUsers, usersNamed } from '../shared/named-user.js';
import { nearNames } from '../shared/near-names.js';
import { plural } from '../shared/numbers.js';
import { sanitize } from '../shared/sanitize.js';
import { readRecorded } from './data/recorded.js';
import { resolveBudgets, resolveUsers } from './data/resolve-users.js';
import { cpuMsIn, resolveAmounts } from './models/budgets.js';
import type { OnlyUsers, ReportRow } from './models/day.js';
import { type DayOptions, summariseDay } from './models/journal-day.js';
import { renamedUsers } from './models/users.js';
import { readReport } from './read-day.js';
import type { UserFilter } from './user-filter.js';
import { formatLength } from './views/date-format.js';

/**
 * What the users of the filter have spent in the period, and the names that their uids had in it. Users who have spent
 * nothing are an answer too, if the journal or this system knows them.
 *
 * @param isForThem whether nothing of others is for those who read it; so it always is of whoever asks for their own
 * @throws UsageError when nobody knows such a user, or when it is not clear which one is meant
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
      ? rows.filter(isUser(filter))
      : findRows(db, rows, filter.text, options.period);
  const isPrivate = filter.kind === 'own' || isForThem;
  if (found.length === 0) {
    const idle = readIdleRows(db, options, filter, rows);
    return { label: formatLabel(idle, filter), rows: idle, renamed: [], isPrivate };
  }
  if (isPrivate) {
    const alone = readAlone(db, ofUsers, found);
    return { label: formatLabel(alone, filter), rows: alone, renamed: [], isPrivate };
  }
  const uids = new Set(found.map(({ uid }) => uid));
  const renamed = renamedUsers(rows.filter(({ uid }) => uids.has(uid)));
  return { label: formatLabel(found, filter), rows: found, renamed, isPrivate };
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

function isUser(own: User): (user: User) => boolean {
  return ({ uid, name }) => uid === own.uid && name === own.name;
}

/**
 * The rows of the users who are named as `parseNamedUsers` reads it, or of the one named by name and uid as a row of a
 * shared name is.
 *
 * @param rows of all users of the period
 * @throws UsageError when there is more than one whom no pattern names; the hint names those who are meant
 */
function findRows(
  db: Database.Database,
  rows: readonly ReportRow[],
  text: string,
  period: Period,
): ReportRow[] {
  const called = findUsers(db, rows, text);
  const [first] = called;
  if (first === undefined || called.length === 1 || parseNamedUsers(text).kind === 'pattern') {
    return called;
  }
  const keys = called.toSorted((a, b) => a.id - b.id).map(({ key }) => `'${sanitize(key)}'`);
  throw new UsageError(
    called.every(({ uid }) => uid === first.uid)
      ? `${sanitize(text)} had ${called.length} names ${formatWhen(period)}`
      : `${called.length} users are called ${sanitize(text)}`,
    `name one of them: ${keys.join(', ')}`,
  );
}

interface User {
  uid: number | null;
  name: string;
}

function findUsers<Each extends User>(
  db: Database.Database,
  users: readonly Each[],
  text: string,
): Each[] {
  const asRow = users.filter(({ name, uid }) => [name, `${name} (${uid})`].includes(text));
  return asRow.length > 0 ? asRow : usersNamed(resolveUsers(db, parseNamedUsers(text)), users);
}

/** Of a user whom the journal does not know. */
const NO_ID = -1;

/**
 * The users of the filter whom the journal or this system knows, each with nothing spent; of several with one name the
 * last.
 *
 * @param rows of all users of the period
 * @throws UsageError when nobody knows one; the hint names those who come close
 */
function readIdleRows(
  db: Database.Database,
  { budgets, period }: Pick<DayOptions, 'budgets' | 'period'>,
  filter: UserFilter,
  rows: readonly ReportRow[],
): ReportRow[] {
  const known = db
    .prepare<[], User & { id: number }>('SELECT user_id AS id, uid, name FROM user ORDER BY id')
    .all();
  const called =
    filter.kind === 'own' ? known.filter(isUser(filter)) : findUsers(db, known, filter.text);
  const isPattern = filter.kind === 'named' && parseNamedUsers(filter.text).kind === 'pattern';
  const idle = isPattern ? called : called.slice(-1);
  if (idle.length === 0) idle.push({ id: NO_ID, ...findSystemUser(filter, rows) });
  const findAmount = resolveAmounts(resolveBudgets(db, budgets), idle);
  return idle.map((user) => ({
    ...{ ...user, key: user.name, budgetCpuMs: cpuMsIn(findAmount(user), period) },
    ...{ processes: 0, cpuMs: 0, unseenCpuMs: 0, recordedCpuMs: 0 },
    range: { leastMs: 0, mostMs: 0 },
  }));
}

/** @throws UsageError when this system knows no such user */
function findSystemUser(filter: UserFilter, rows: readonly ReportRow[]): User {
  if (filter.kind === 'own') return { uid: filter.uid, name: filter.name };
  const { text } = filter;
  const named = parseNamedUsers(text);
  if (named.kind === 'user') {
    const asked = named.name === null ? ['-nu', '--', `+${named.uid}`] : ['-u', '--', text];
    const { status, stdout } = spawnSync('id', asked, { encoding: 'utf8', timeout: ID_TIMEOUT_MS });
    const answer = stdout.trim();
    if (status === 0 && named.name === null) return { uid: named.uid, name: answer };
    if (status === 0) return { uid: Number(answer), name: text };
  }
  const near = nearNames(
    text,
    rows.map(({ name }) => name),
  ).map(sanitize);
  throw new UsageError(
    `no user ${sanitize(text)} is known to the journal or to this system`,
    near.length > 0 ? `similar names: ${near.join(', ')}` : 'leave out --user to see all users',
  );
}

/** A directory of users in the network may be slow, or down. */
const ID_TIMEOUT_MS = 5_000;

function formatWhen(period: Period): string {
  const { firstDay, lastDay, days } = period;
  if (period.hours !== undefined) return `in ${formatLength(period)}`;
  return days === 1 ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`;
}
