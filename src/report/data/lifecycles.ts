import type Database from 'better-sqlite3';
import type { Span } from '../../shared/days.js';
import { startOfQuarter } from '../../shared/units.js';
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
  /** How long its longest record is that only partly lies in the stretch, so that its mean was taken; 0 for none. */
  meanOfMs: number;
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

/** Of records in whole quarter-hours: each lies in the stretch in which it begins, whatever the clock did. */
const WHOLE = { cpuMs: 'cpu_ms', meanOfMs: '0', overlaps: 'TRUE' };

/** Of records in a part of a quarter-hour: as much of each as lies in it. */
const PART = {
  cpuMs: `CAST(round(1.0 * cpu_ms
    * (min(to_ms, @toMs) - max(from_ms, @fromMs)) / (to_ms - from_ms)) AS INTEGER)`,
  meanOfMs: 'iif(from_ms >= @fromMs AND to_ms <= @toMs, 0, to_ms - from_ms)',
  overlaps: 'to_ms > @fromMs',
};

/**
 * The lifecycles that used the most CPU time in a stretch, in order; each once, however many records it has. Of some
 * users only what was theirs is summed up.
 *
 * @param within whole quarter-hours of UTC, which no record crosses, or a part of one
 */
export function readLifecycles(
  db: Database.Database,
  within: Span,
  users: UserIds,
  most: number,
): RecordedLifecycles {
  const { fromMs, toMs } = within;
  const sinceMs = startOfQuarter(fromMs);
  const isWhole = sinceMs === fromMs && startOfQuarter(toMs) === toMs;
  const { cpuMs, meanOfMs, overlaps } = isWhole ? WHOLE : PART;
  const inStretch = `from_ms >= @sinceMs AND from_ms < @toMs AND ${overlaps} AND ${OF_USERS}`;
  // All are sorted by nothing but what they have spent: the rest is looked up for those at the top.
  const rows = db
    .prepare<Span & { sinceMs: number; users: string | null; most: number }, Row>(
      `WITH spent AS MATERIALIZED (
         SELECT process_id, sum(${cpuMs}) AS cpuMs, sum(iif(unseen, ${cpuMs}, 0)) AS unseenCpuMs
         FROM credit WHERE ${inStretch} GROUP BY process_id
       ), total AS MATERIALIZED (
         SELECT count(*) AS allCount, sum(cpuMs) AS allCpuMs, sum(unseenCpuMs) AS allUnseenCpuMs FROM spent
       ), top AS MATERIALIZED (
         SELECT * FROM spent ORDER BY cpuMs DESC, process_id LIMIT @most
       ), costliest AS (
         SELECT
           top.*, max(estimated) AS estimated, max(${meanOfMs}) AS meanOfMs,
           max(min(from_ms), @fromMs) AS recordsFromMs, min(max(to_ms), @toMs) AS recordsToMs,
           coalesce(max(iif(unseen, NULL, credit_id)), max(credit_id)) AS last_credit_id
         FROM top CROSS JOIN credit USING (process_id)
         WHERE ${inStretch} GROUP BY process_id
       )
       SELECT
         process.pid, user.uid, user.name AS user, program.name AS program, command.name AS command,
         process.started_ms AS startedMs, process.ended_ms AS endedMs, recordsFromMs, recordsToMs,
         cpuMs, unseenCpuMs, costliest.estimated AS estimated, meanOfMs, allCount, allCpuMs, allUnseenCpuMs
       FROM costliest CROSS JOIN total
       JOIN process USING (process_id)
       JOIN credit AS last ON last.credit_id = costliest.last_credit_id
       JOIN user ON user.user_id = last.user_id
       JOIN name AS program ON program.name_id = last.program_id
       JOIN name AS command ON command.name_id = last.command_id
       ORDER BY cpuMs DESC, costliest.process_id`,
    )
    .all({ fromMs, toMs, sinceMs, ...toUsersParameter(users), most });
  const [first] = rows;
  return {
    costliest: rows,
    count: first?.allCount ?? 0,
    cpuMs: first?.allCpuMs ?? 0,
    unseenCpuMs: first?.allUnseenCpuMs ?? 0,
  };
}
