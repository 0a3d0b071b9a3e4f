import type Database from 'better-sqlite3';
import type { Span } from '../../shared/days.js';
import {
  type JournalGrouping,
  KEY_COLUMNS,
  OF_USERS,
  toUsersParameter,
  type UserIds,
} from './grouping.js';
import { hasDays, QUARTERS_WITHIN, SUMS_WITHIN, toSumsParameters } from './sums-within.js';

type SumsParameters = ReturnType<typeof toSumsParameters> & { users: string | null };

/** What one user, program or command used in a stretch of time. */
export interface KeyUsage {
  /** The journal's number of the user or the name. */
  id: number;
  /** Null for a program or command. */
  uid: number | null;
  name: string;
  cpuMs: number;
  unseenCpuMs: number;
  /** By how much `cpuMs` may be off, either way, for what ended. */
  uncertainMs: number;
  /** Lifecycles first sighted in the stretch, under the key they had then. */
  started: number;
  /** Lifecycles sighted before, under the key they had when the stretch was first sampled. */
  takenOver: number;
}

/**
 * The first quarter-hour of a stretch in which a process was sampled; null where none was.
 *
 * A sampled lifecycle counts in each quarter-hour, as started or as taken over. So those taken over in
 * this one are all that came into the stretch from before.
 */
export function readFirstSampledQuarter(db: Database.Database, within: Span): number | null {
  return (
    db
      .prepare<Span, number>(
        `SELECT quarter_ms FROM usage
         WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs AND started + taken_over > 0
         ORDER BY quarter_ms LIMIT 1`,
      )
      .pluck()
      .get(within) ?? null
  );
}

/** Sums of a stretch that begins and ends at quarter-hours of UTC, one for each key. */
export function readUsage(
  db: Database.Database,
  by: JournalGrouping,
  within: Span,
  firstSampledMs: number | null,
  users: UserIds,
): KeyUsage[] {
  const { id, names } = KEY_COLUMNS[by];
  return db
    .prepare<SumsParameters & { firstSampledMs: number | null }, KeyUsage>(
      `SELECT id, uid, name, cpuMs, unseenCpuMs, uncertainMs, started, takenOver
       FROM (
         SELECT
           ${id} AS id,
           sum(cpu_ms) AS cpuMs,
           sum(unseen_cpu_ms) AS unseenCpuMs,
           sum(uncertain_ms) AS uncertainMs,
           sum(started) AS started,
           sum(taken_over) AS takenOver
         FROM (
           SELECT *, 0 AS taken_over FROM (${SUMS_WITHIN})
           UNION ALL
           SELECT user_id, program_id, command_id, 0, 0, 0, 0, 0, taken_over
           FROM usage WHERE quarter_ms = @firstSampledMs
         )
         WHERE ${OF_USERS}
         GROUP BY ${id}
         HAVING sum(quarters) > 0
       )
       JOIN (${names}) USING (id)`,
    )
    .all({ ...toSumsParameters(within), firstSampledMs, ...toUsersParameter(users) });
}

/** Reads what each key used in a stretch that begins and ends at quarter-hours of UTC, in ms; prepared once for many. */
export function prepareSums(
  db: Database.Database,
  by: JournalGrouping,
  users: UserIds = null,
): (within: Span) => Map<number, number> {
  const { id } = KEY_COLUMNS[by];
  // Each row that SQLite hands over costs more than the sum in it: all come in one.
  const prepare = (rows: string) =>
    db
      .prepare<Record<string, number | string | null>, [ids: string, cpuMs: string]>(
        `SELECT json_group_array(id), json_group_array(cpu_ms)
         FROM (
           SELECT ${id} AS id, sum(cpu_ms) AS cpu_ms FROM (${rows}) AS sums
           WHERE ${OF_USERS}
           GROUP BY ${id}
           HAVING sum(cpu_ms) > 0
           ORDER BY ${id}
         )`,
      )
      .raw();
  const [ofDays, ofHours] = [prepare(SUMS_WITHIN), prepare(QUARTERS_WITHIN)];
  const parameter = toUsersParameter(users);
  return ({ fromMs, toMs }) => {
    const row = hasDays({ fromMs, toMs })
      ? ofDays.get({ ...toSumsParameters({ fromMs, toMs }), ...parameter })
      : ofHours.get({ fromMs, toMs, ...parameter });
    const [ids = '[]', cpuMs = '[]'] = row ?? [];
    const each = JSON.parse(cpuMs) as number[];
    return new Map((JSON.parse(ids) as number[]).map((id, at) => [id, each[at] ?? 0]));
  };
}

/**
 * By how much the CPU time of processes that live now may be off, for each key: the width of what ps
 * shows of them and of what they have reaped, in ms.
 */
export function readLivingUncertainty(
  db: Database.Database,
  by: JournalGrouping,
  users: UserIds,
): Map<number, number> {
  const { id } = KEY_COLUMNS[by];
  const rows = db
    .prepare<{ users: string | null }, { id: number; ms: number }>(
      `SELECT ${id} AS id, sum(cpu_high_ms - cpu_low_ms + reaped_high_ms - reaped_low_ms) AS ms
       FROM followed
       WHERE condition = 'alive' AND ${OF_USERS}
       GROUP BY ${id}`,
    )
    .all(toUsersParameter(users));
  return new Map(rows.map((row) => [row.id, row.ms]));
}

/** What the recorder itself used in a stretch that begins and ends at quarter-hours, in ms. */
export function readRecorderCpuMs(db: Database.Database, within: Span): number {
  return (
    db
      .prepare<Span, number>(
        `SELECT coalesce(sum(cpu_ms), 0) FROM recorder_usage
         WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs`,
      )
      .pluck()
      .get(within) ?? 0
  );
}
