import type Database from 'better-sqlite3';
import {
  type JournalGrouping,
  KEY_COLUMNS,
  OF_USERS,
  toUsersParameter,
  type UserIds,
} from './grouping.js';
import { prepareSums } from './usage.js';
import type { Span } from '../../shared/days.js';

/** What one user, program or command used on each day. */
export interface KeyDays {
  id: number;
  /** Of a user. */
  uid: number | null;
  name: string;
  /** One for each day. */
  dailyCpuMs: number[];
}

/** What each key used on each of the days, of everybody or of these users; those left out that used nothing on any. */
export function readDailySums(
  db: Database.Database,
  by: JournalGrouping,
  days: readonly Span[],
  users: UserIds,
): KeyDays[] {
  const { names } = KEY_COLUMNS[by];
  const readSums = prepareSums(db, by, users);
  const readName = db.prepare<[number], Pick<KeyDays, 'uid' | 'name'>>(
    `SELECT uid, name FROM (${names}) WHERE id = ?`,
  );
  const byId = new Map<number, number[]>();
  for (const [at, day] of days.entries()) {
    for (const [key, cpuMs] of readSums(day)) {
      const dailyCpuMs = byId.get(key) ?? days.map(() => 0);
      byId.set(key, dailyCpuMs);
      dailyCpuMs[at] = cpuMs;
    }
  }
  return [...byId].map(([key, dailyCpuMs]) => ({
    id: key,
    ...(readName.get(key) ?? { uid: null, name: String(key) }),
    dailyCpuMs,
  }));
}

/** What all, or these users, used in each span from one quarter-hour of UTC to another. */
export function readTotals(
  db: Database.Database,
  spans: readonly Span[],
  users: UserIds,
): number[] {
  const total = db
    .prepare<Span & { users: string | null }, number>(
      `SELECT coalesce(sum(cpu_ms), 0) FROM usage
       WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs AND ${OF_USERS}`,
    )
    .pluck();
  const parameter = toUsersParameter(users);
  return spans.map(({ fromMs, toMs }) => total.get({ fromMs, toMs, ...parameter }) ?? 0);
}
