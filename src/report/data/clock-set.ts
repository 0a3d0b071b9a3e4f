import type Database from 'better-sqlite3';
import { QUARTER_HOUR_MS } from '../../shared/units.js';
import type { Span } from '../../shared/days.js';
import {
  type JournalGrouping,
  KEY_COLUMNS,
  OF_USERS,
  toUsersParameter,
  type UserIds,
} from './grouping.js';

/** What a clock that was set does to the count of lifecycles. */
export interface ClockCorrection {
  /** By the key's id: how many lifecycles too many `started` and `takenOver` count under it. */
  countedTwice: Map<number, number>;
  /** How many more lifecycles there were in all; negative when more were counted than there were. */
  total: number;
}

interface Within extends Span {
  firstSampledMs: number | null;
}

const NO_CORRECTION: ClockCorrection = { countedTwice: new Map(), total: 0 };

/**
 * Puts the count of lifecycles right after the wall clock was set to a time within the stretch. A
 * lifecycle that jumped into it from elsewhere counts, although it neither began nor was taken over
 * there; one that jumped back from a later time of the stretch does not count again.
 */
export function readClockCorrection(
  db: Database.Database,
  by: JournalGrouping,
  within: Span,
  firstSampledMs: number | null,
  users: UserIds,
): ClockCorrection {
  if (!clockWasSet(db, within)) return NO_CORRECTION;
  const params = { ...within, firstSampledMs };
  return {
    countedTwice: readCountedTwice(db, by, { ...params, ...toUsersParameter(users) }),
    total: readCameByClock(db, params) - readAllCountedTwice(db, params),
  };
}

export function clockWasSet(db: Database.Database, within: Span): boolean {
  return (
    db
      .prepare<Span>('SELECT 1 FROM clock_step WHERE after_ms >= @fromMs AND after_ms < @toMs')
      .get(within) !== undefined
  );
}

/** Those whose first record of the stretch was opened by the clock, and not where it took them over. */
function readCameByClock(db: Database.Database, within: Within): number {
  return (
    db
      .prepare<Within, number>(
        `WITH came AS (
           SELECT DISTINCT process_id FROM credit
           WHERE changed = 1 AND unseen = 0 AND from_ms >= @fromMs AND from_ms < @toMs
         )
         SELECT count(*)
         FROM came
         JOIN process USING (process_id)
         JOIN credit AS first ON first.credit_id = (
           SELECT credit_id FROM credit
           WHERE credit.process_id = came.process_id
             AND unseen = 0 AND from_ms >= @fromMs AND from_ms < @toMs
           ORDER BY credit_id LIMIT 1
         )
         WHERE first.changed = 1
           AND NOT (process.started_ms >= @fromMs AND process.started_ms < @toMs)
           AND first.from_ms / ${QUARTER_HOUR_MS} * ${QUARTER_HOUR_MS} IS NOT @firstSampledMs`,
      )
      .pluck()
      .get(within) ?? 0
  );
}

/** Taken over in the first sampled quarter-hour after a record of the same key at a later time. */
function readCountedTwice(
  db: Database.Database,
  by: JournalGrouping,
  within: Within & { users: string | null },
): Map<number, number> {
  const { id } = KEY_COLUMNS[by];
  const rows = db
    .prepare<Within & { users: string | null }, { id: number; processes: number }>(
      `SELECT ${id} AS id, count(DISTINCT process_id) AS processes
       FROM credit AS back
       WHERE changed = 1 AND from_ms >= @firstSampledMs
         AND from_ms < @firstSampledMs + ${QUARTER_HOUR_MS} AND ${OF_USERS}
         AND EXISTS (
           SELECT 1 FROM credit AS later
           WHERE later.process_id = back.process_id AND later.${id} = back.${id}
             AND ${OF_USERS}
             AND later.credit_id < back.credit_id
             AND later.from_ms >= @firstSampledMs + ${QUARTER_HOUR_MS} AND later.from_ms < @toMs
         )
       GROUP BY ${id}`,
    )
    .all(within);
  return new Map(rows.map((row) => [row.id, row.processes]));
}

function readAllCountedTwice(db: Database.Database, within: Within): number {
  return (
    db
      .prepare<Within, number>(
        `SELECT count(DISTINCT process_id)
         FROM credit AS back
         WHERE changed = 1 AND from_ms >= @firstSampledMs
           AND from_ms < @firstSampledMs + ${QUARTER_HOUR_MS}
           AND EXISTS (
             SELECT 1 FROM credit AS later
             WHERE later.process_id = back.process_id AND later.credit_id < back.credit_id
               AND later.from_ms >= @firstSampledMs + ${QUARTER_HOUR_MS} AND later.from_ms < @toMs
           )`,
      )
      .pluck()
      .get(within) ?? 0
  );
}
