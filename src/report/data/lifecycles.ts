import type Database from 'better-sqlite3';
import type { Span } from '../../shared/days.js';
import { OF_USERS, toUsersParameter, type UserIds } from './grouping.js';

/** A process, and what its credit records of a stretch say of it. */
export interface RecordedLifecycle {
  pid: number;
  /** As of its last record; that of what is unseen only where it has no other. */
  uid: number;
  user: string;
  program: string;
  command: string;
  startedMs: number;
  /** Null while it lives. */
  endedMs: number | null;
  /** From the first of its records to the end of the last one. */
  recordsFromMs: number;
  recordsToMs: number;
  /** Its own CPU time and what is unseen of its children, in the stretch alone. */
  cpuMs: number;
  unseenCpuMs: number;
  /** 1 where some of that was spread over a gap. */
  estimated: 0 | 1;
}

/** The costliest lifecycles of a stretch, and what all of them come to. */
export interface RecordedLifecycles {
  costliest: RecordedLifecycle[];
  /** How many have a record in the stretch: one that lived and used nothing has none. */
  count: number;
  cpuMs: number;
  unseenCpuMs: number;
}

type Row = RecordedLifecycle & { allCount: number; allCpuMs: number; allUnseenCpuMs: number };

/**
 * The lifecycles that used the most CPU time in a stretch that begins and ends at quarter-hours of UTC, in
 * order; each once, however many records it has. A record belongs to the stretch in which it begins, since
 * none crosses a quarter-hour, whatever the clock did. Of some users only what was theirs is summed up.
 */
export function readLifecycles(
  db: Database.Database,
  within: Span,
  users: UserIds,
  most: number,
): RecordedLifecycles {
  const rows = db
    .prepare<Span & { users: string | null } & { most: number }, Row>(
      `WITH spent AS (
         SELECT
           process_id, sum(cpu_ms) AS cpuMs, sum(iif(unseen, cpu_ms, 0)) AS unseenCpuMs,
           max(estimated) AS estimated, min(from_ms) AS recordsFromMs, max(to_ms) AS recordsToMs,
           coalesce(max(iif(unseen, NULL, credit_id)), max(credit_id)) AS last_credit_id
         FROM credit
         WHERE from_ms >= @fromMs AND from_ms < @toMs AND ${OF_USERS}
         GROUP BY process_id
       ), costliest AS (
         SELECT
           spent.*, count(*) OVER () AS allCount, sum(cpuMs) OVER () AS allCpuMs,
           sum(unseenCpuMs) OVER () AS allUnseenCpuMs
         FROM spent ORDER BY cpuMs DESC, process_id LIMIT @most
       )
       SELECT
         process.pid, user.uid, user.name AS user, program.name AS program, command.name AS command,
         process.started_ms AS startedMs, process.ended_ms AS endedMs, recordsFromMs, recordsToMs,
         cpuMs, unseenCpuMs, costliest.estimated AS estimated, allCount, allCpuMs, allUnseenCpuMs
       FROM costliest
       JOIN process USING (process_id)
       JOIN credit AS last ON last.credit_id = costliest.last_credit_id
       JOIN user ON user.user_id = last.user_id
       JOIN name AS program ON program.name_id = last.program_id
       JOIN name AS command ON command.name_id = last.command_id
       ORDER BY cpuMs DESC, costliest.process_id`,
    )
    .all({ fromMs: within.fromMs, toMs: within.toMs, ...toUsersParameter(users), most });
  const [first] = rows;
  return {
    costliest: rows,
    count: first?.allCount ?? 0,
    cpuMs: first?.allCpuMs ?? 0,
    unseenCpuMs: first?.allUnseenCpuMs ?? 0,
  };
}
