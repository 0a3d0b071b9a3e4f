import type Database from 'better-sqlite3';
import type { Span } from './spans.js';
import { type JournalGrouping, KEY_COLUMNS, type Whose } from './grouping.js';

/** Reads what each key used in a stretch that begins and ends at quarter-hours of UTC, in ms; prepared once for many. */
export function sumsByKey(
  db: Database.Database,
  by: JournalGrouping,
  userId: Whose['userId'] = null,
): (within: Span) => [id: number, cpuMs: number][] {
  const { id } = KEY_COLUMNS[by];
  const sums = db
    .prepare<Span & Whose, [id: number, cpuMs: number]>(
      `SELECT ${id}, sum(cpu_ms) FROM usage
       WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs AND cpu_ms > 0
         AND (@userId IS NULL OR user_id = @userId)
       GROUP BY ${id}`,
    )
    .raw();
  return ({ fromMs, toMs }) => sums.all({ fromMs, toMs, userId });
}
