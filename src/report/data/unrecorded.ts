import type Database from 'better-sqlite3';
import type { Span } from '../../shared/days.js';
import { QUARTER_HOUR_MS } from '../../shared/units.js';
import { splitGaps } from '../models/unrecorded.js';
import {
  type JournalGrouping,
  KEY_COLUMNS,
  OF_USERS,
  toUsersParameter,
  type UserIds,
} from './grouping.js';

/** CPU time that was charged to a stretch in which no recorder took a sample. */
export interface UnrecordedUsage {
  /** The quarter-hour of UTC. */
  quarterMs: number;
  /** The journal's number of the user or the name. */
  id: number;
  cpuMs: number;
}

/**
 * What processes that lived through gaps used in these: all of a quarter-hour that no recorder saw, and of one that was
 * recorded in part the share of each estimated record that lies in a gap.
 *
 * @param gaps in order, none touches the next
 */
export function readUnrecordedUsage(
  db: Database.Database,
  by: JournalGrouping,
  gaps: readonly Span[],
  users: UserIds,
): UnrecordedUsage[] {
  const { whole, partial } = splitGaps(gaps);
  const { id } = KEY_COLUMNS[by];
  const parameter = toUsersParameter(users);
  const sums = db.prepare<Span & { users: string | null }, UnrecordedUsage>(
    `SELECT quarter_ms AS quarterMs, ${id} AS id, sum(cpu_ms) AS cpuMs FROM usage
     WHERE quarter_ms >= @fromMs AND quarter_ms < @toMs AND cpu_ms > 0
       AND ${OF_USERS}
     GROUP BY quarter_ms, ${id}`,
  );
  // A record lies in one gap, in a part of it, or reaches into it: it is shared out evenly.
  const records = db.prepare<Span & { quarterMs: number; users: string | null }, UnrecordedUsage>(
    `SELECT
       @quarterMs AS quarterMs, ${id} AS id,
       sum(cpu_ms * 1.0 * (min(to_ms, @toMs) - max(from_ms, @fromMs)) / (to_ms - from_ms)) AS cpuMs
     FROM credit
     WHERE from_ms >= @quarterMs AND from_ms < @quarterMs + ${QUARTER_HOUR_MS}
       AND estimated = 1 AND from_ms < @toMs AND to_ms > @fromMs
       AND ${OF_USERS}
     GROUP BY ${id}`,
  );
  return [
    ...whole.flatMap(({ fromMs, toMs }) => sums.all({ fromMs, toMs, ...parameter })),
    ...partial.flatMap(({ quarterMs, gaps }) =>
      gaps.flatMap(({ fromMs, toMs }) => records.all({ quarterMs, fromMs, toMs, ...parameter })),
    ),
  ];
}
