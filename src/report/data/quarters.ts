import type Database from 'better-sqlite3';
import type { Span } from '../../shared/days.js';
import { QUARTER_HOUR_MS } from '../../shared/units.js';
import { OF_USERS, toUsersParameter, type UserIds } from './grouping.js';

/** CPU time by the quarter-hour of UTC, in milliseconds; those in which there was none may lack. */
export type CpuMsByQuarter = ReadonlyMap<number, number>;

export interface UserQuarters {
  id: number;
  uid: number;
  name: string;
  /** The quarter-hours in which the user had a process, in order; the first of the stretch is 0. */
  at: number[];
  /** What the user spent in each of these. */
  cpuMs: number[];
}

/**
 * What each user, a uid under one name, spent in each quarter-hour of a stretch; users without any are left out.
 *
 * @param within whole quarter-hours of UTC
 * @param users whose sums are read
 */
export function readUserQuarters(
  db: Database.Database,
  within: Span,
  users: UserIds,
): UserQuarters[] {
  // Each row that SQLite hands over costs more than the sum in it: those of a quarter-hour come in one.
  const rows = db
    .prepare<Span & { users: string | null }, [at: number, userIds: string, cpuMs: string]>(
      `SELECT (quarter_ms - @fromMs) / ${QUARTER_HOUR_MS}, json_group_array(user_id), json_group_array(cpu_ms)
       FROM usage
       WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs AND ${OF_USERS}
       GROUP BY quarter_ms`,
    )
    .raw()
    .all({ ...within, ...toUsersParameter(users) });
  const byUser = new Map<number, Pick<UserQuarters, 'at' | 'cpuMs'>>();
  for (const [at, userIds, cpuMs] of rows) {
    const ids = JSON.parse(userIds) as number[];
    const sums = JSON.parse(cpuMs) as number[];
    for (let place = 0; place < ids.length; place += 1) {
      const userId = ids[place] ?? 0;
      let quarters = byUser.get(userId);
      if (quarters === undefined) {
        quarters = { at: [], cpuMs: [] };
        byUser.set(userId, quarters);
      }
      const last = quarters.at.length - 1;
      const sum = sums[place] ?? 0;
      if (quarters.at[last] === at) {
        quarters.cpuMs[last] = (quarters.cpuMs[last] ?? 0) + sum;
      } else {
        quarters.at.push(at);
        quarters.cpuMs.push(sum);
      }
    }
  }
  const readUser = db.prepare<[number], Pick<UserQuarters, 'uid' | 'name'>>(
    'SELECT uid, name FROM user WHERE user_id = ?',
  );
  return [...byUser].flatMap(([userId, quarters]) => {
    const user = readUser.get(userId);
    return user === undefined ? [] : [{ id: userId, ...user, ...quarters }];
  });
}

/** What all processes together spent in each quarter-hour, and the recorder itself on top. */
export function readHostQuarters(db: Database.Database, within: Span): CpuMsByQuarter {
  const rows = db
    .prepare<Span, [quarterMs: number, cpuMs: number]>(
      `SELECT quarter_ms, sum(cpu_ms) FROM (
         SELECT quarter_ms, sum(cpu_ms) AS cpu_ms FROM usage
         WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs GROUP BY quarter_ms
         UNION ALL
         SELECT quarter_ms, cpu_ms FROM recorder_usage
         WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs
       )
       GROUP BY quarter_ms`,
    )
    .raw()
    .all(within);
  return new Map(rows);
}
