import type Database from 'better-sqlite3';
import type { ServerKind } from '../../shared/influx/connection.js';
import { FreeTimestamps } from './free-timestamps.js';
import { Lines } from './line.js';
import { readNew, readWaiting } from './queue.js';
import type { CompleteRecord, Point, Series } from './points.js';
import { SeriesIds } from './assign-points.js';
import { readShippingState } from './shipping-state.js';

/** Records that are read at a time. */
const CHUNK = 1_000;

/**
 * The lines that a run would send, in its order and some at a time, without settling anything in the journal.
 * The milliseconds that they would take are kept in memory: about 100 bytes a record, up to 16 million.
 */
export function* readDryRunLines(
  db: Database.Database,
  options: { host: string; sinceMs: number; server: ServerKind },
): Generator<string> {
  const rehearsal = new Rehearsal(db, options.host);
  const lines = new Lines(db, options.server, (id) => rehearsal.newSeries.get(id));
  const { answeredPointId, passedCreditId } = readShippingState(db);
  for (let afterId: number | undefined = answeredPointId; afterId !== undefined;) {
    const points: Point[] = readWaiting(db, { afterId, limit: CHUNK });
    if (points.length > 0) yield lines.format(points);
    afterId = points.at(-1)?.pointId;
  }
  const { sinceMs } = options;
  for (let afterId: number | undefined = passedCreditId; afterId !== undefined;) {
    const records: CompleteRecord[] = readNew(db, { afterId, sinceMs, limit: CHUNK }).records;
    if (records.length > 0) yield lines.format(records.map((record) => rehearsal.assign(record)));
    afterId = records.at(-1)?.creditId;
  }
}

/** Gives records the points that they would get, beside those in the journal. */
class Rehearsal {
  /** Those that are not in the journal, under numbers that nothing there has. */
  readonly newSeries = new Map<number, Series>();
  readonly #timestamps = new FreeTimestamps();
  readonly #series: SeriesIds;
  readonly #taken = new Set<string>();
  readonly #find: Database.Statement<[number, number]>;

  constructor(db: Database.Database, host: string) {
    this.#series = new SeriesIds(db, host, (series) => {
      const id = -1 - this.newSeries.size;
      this.newSeries.set(id, series);
      return id;
    });
    this.#find = db.prepare('SELECT 1 FROM point WHERE series_id = ? AND timestamp_ms = ?');
  }

  assign(record: CompleteRecord): Point {
    const seriesId = this.#series.find(record);
    const timestampMs = this.#timestamps.take(seriesId, record.toMs, (ms) => {
      const key = `${seriesId} ${ms}`;
      if (this.#taken.has(key) || this.#find.get(seriesId, ms) !== undefined) return false;
      this.#taken.add(key);
      return true;
    });
    return { record, pointId: 0, seriesId, timestampMs };
  }
}
