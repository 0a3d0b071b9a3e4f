import type Database from 'better-sqlite3';
import { MS_PER_HOUR } from '../../shared/units.js';
import type { Until } from './keep.js';

/** Rows that are looked at in one transaction. */
const ROWS_AT_A_TIME = 500;

/** A moment at which a server had acknowledged all points up to one. */
interface Moment {
  pointId: number;
  acknowledgedMs: number;
  /** Of the next one; null of the newest. */
  nextMs: number | null;
  /** Points are left that were acknowledged since the one before. */
  hasPoints: 0 | 1;
}

const MOMENTS = `
  SELECT point_id AS pointId, acknowledged_ms AS acknowledgedMs,
    (SELECT next.acknowledged_ms FROM acknowledgement AS next
     WHERE next.point_id > this.point_id ORDER BY next.point_id LIMIT 1) AS nextMs,
    EXISTS (
      SELECT 1 FROM point WHERE point.point_id <= this.point_id AND point.point_id > coalesce(
        (SELECT max(before.point_id) FROM acknowledgement AS before WHERE before.point_id < this.point_id), 0)
    ) AS hasPoints
  FROM acknowledgement AS this
  WHERE point_id > @afterId ORDER BY point_id LIMIT ${ROWS_AT_A_TIME}`;

/**
 * Removes moments of acknowledgement that say nothing any more: those of which all points are gone and, of what is
 * older than a day, all but the last in an hour. `ship --resend`, which looks for the last moment before another,
 * then sends up to an hour more, and those are the same points. The newest stays: it says whether the server is there.
 *
 * @returns a generator of steps, some rows each; yields how many were removed
 */
export function* removeAcknowledgements(
  db: Database.Database,
  { eachMomentMs }: Until,
): Generator<number> {
  const read = db.prepare<{ afterId: number }, Moment>(MOMENTS);
  const remove = db.prepare<[number]>('DELETE FROM acknowledgement WHERE point_id = ?');
  const sieve = new Sieve(eachMomentMs);
  let afterId = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const moments = read.all({ afterId });
    const last = moments.at(-1);
    if (last === undefined) return;
    afterId = last.pointId;
    const useless = moments.filter((moment) => !sieve.keeps(moment));
    for (const { pointId } of useless) remove.run(pointId);
    yield useless.length;
  }
}

/** Tells which moments stay; to be asked in their order. */
class Sieve {
  /** The next one that stays has to stand for points of those before it that went. */
  #isOwed = false;

  constructor(private readonly eachMomentMs: number) {}

  keeps({ acknowledgedMs, nextMs, hasPoints }: Moment): boolean {
    if (nextMs === null) return true;
    if (hasPoints === 0 && !this.#isOwed) return false;
    const isOld = Math.max(acknowledgedMs, nextMs) < this.eachMomentMs;
    this.#isOwed = isOld && toHour(acknowledgedMs) === toHour(nextMs);
    return !this.#isOwed;
  }
}

function toHour(ms: number): number {
  return Math.floor(ms / MS_PER_HOUR);
}
