import type Database from 'better-sqlite3';
import type { Span } from './spans.js';
import { type JournalGrouping, KEY_COLUMNS, type Whose } from './grouping.js';

/**
 * By how much the CPU time of processes that live now may be off, for each key: the width of what ps
 * shows of them and of what they have reaped, in ms.
 */
export function readLivingUncertainty(
  db: Database.Database,
  by: JournalGrouping,
  userId: Whose['userId'],
): Map<number, number> {
  const { id } = KEY_COLUMNS[by];
  const rows = db
    .prepare<Whose, { id: number; ms: number }>(
      `SELECT ${id} AS id, sum(cpu_high_ms - cpu_low_ms + reaped_high_ms - reaped_low_ms) AS ms
       FROM followed
       WHERE condition = 'alive' AND (@userId IS NULL OR user_id = @userId)
       GROUP BY ${id}`,
    )
    .all({ userId });
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
