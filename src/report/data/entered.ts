import type Database from 'better-sqlite3';
import { QUARTER_HOUR_MS } from '../../shared/units.js';
import type { Span } from '../../shared/days.js';
import { clockWasSet } from './clock-set.js';
import {
  type JournalGrouping,
  KEY_COLUMNS,
  OF_USERS,
  toUsersParameter,
  type UserIds,
} from './grouping.js';

interface Within extends Span {
  users: string | null;
  firstSampledMs: number | null;
  clockWasSet: 0 | 1;
}

/**
 * How many lifecycles came under each key within the stretch by a change: a process that began as
 * `root` and went on as `foo` counts in both rows.
 *
 * They are those whose first record under the key is one that a change has opened. A clock that is
 * set opens records too; a lifecycle that came into the first sampled quarter-hour by nothing else
 * is taken over there already.
 */
export function readEntered(
  db: Database.Database,
  by: JournalGrouping,
  within: Span,
  firstSampledMs: number | null,
  users: UserIds,
): Map<number, number> {
  const { id } = KEY_COLUMNS[by];
  const rows = db
    .prepare<Within, { id: number; processes: number }>(
      `WITH came AS (
         SELECT DISTINCT process_id, ${id} AS id FROM credit
         WHERE changed = 1 AND unseen = 0 AND from_ms >= @fromMs AND from_ms < @toMs
           AND ${OF_USERS}
       ), came_first AS (
         SELECT process_id, id, (
           SELECT credit_id FROM credit
           WHERE credit.process_id = came.process_id AND credit.${id} = came.id
             AND unseen = 0 AND from_ms >= @fromMs AND from_ms < @toMs
             AND ${OF_USERS}
           ORDER BY credit_id LIMIT 1
         ) AS credit_id
         FROM came
       )
       SELECT came_first.id AS id, count(*) AS processes
       FROM came_first JOIN credit AS first USING (credit_id)
       WHERE first.changed = 1 AND (
         NOT @clockWasSet
         OR first.from_ms / ${QUARTER_HOUR_MS} * ${QUARTER_HOUR_MS} IS NOT @firstSampledMs
         OR EXISTS (
           SELECT 1 FROM credit
           WHERE credit.process_id = came_first.process_id AND credit.credit_id < first.credit_id
             AND from_ms >= @fromMs AND from_ms < @toMs
         )
       )
       GROUP BY came_first.id`,
    )
    .all({
      ...{ ...within, firstSampledMs, ...toUsersParameter(users) },
      clockWasSet: clockWasSet(db, within) ? 1 : 0,
    });
  return new Map(rows.map((row) => [row.id, row.processes]));
}
