import type Database from 'better-sqlite3';
import type { Span } from './spans.js';
import { type JournalGrouping, KEY_COLUMNS, type Whose } from './grouping.js';

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
  userId: Whose['userId'],
): KeyUsage[] {
  const { id, names } = KEY_COLUMNS[by];
  return db
    .prepare<Span & Whose & { firstSampledMs: number | null }, KeyUsage>(
      `SELECT id, uid, name, cpuMs, unseenCpuMs, uncertainMs, started, takenOver
       FROM (
         SELECT
           ${id} AS id,
           sum(cpu_ms) AS cpuMs,
           sum(unseen_cpu_ms) AS unseenCpuMs,
           sum(uncertain_ms) AS uncertainMs,
           sum(started) AS started,
           sum(iif(quarter_ms IS @firstSampledMs, taken_over, 0)) AS takenOver
         FROM usage
         WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs AND (@userId IS NULL OR user_id = @userId)
         GROUP BY ${id}
       )
       JOIN (${names}) USING (id)`,
    )
    .all({ ...within, firstSampledMs, userId });
}
