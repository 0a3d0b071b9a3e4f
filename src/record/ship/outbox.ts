import type Database from 'better-sqlite3';
import type { ServerKind } from '../../shared/influx/connection.js';
import { asJournalError } from '../../shared/journal/errors.js';
import { PointAssigner } from './assign-points.js';
import { Lines } from './line.js';
import {
  readLastNotRefused,
  readNew,
  readNewest,
  readRefused,
  readWaiting,
  readWaitingCount,
} from './queue.js';
import type { Newest, Point, Points, RecordWithPoint, Refusal } from './points.js';
import type { Supply } from './send-all.js';
import { readShippingState } from './shipping-state.js';

interface OutboxOptions {
  /** The tag of this machine. */
  host: string;
  /** Records that ended until then are passed over for good. */
  sinceMs: number;
  server: ServerKind;
  nowMs: () => number;
}

/**
 * The points that wait for a server, in the journal: what was given its point in earlier runs; what is complete and
 * new. No transaction is open between two calls.
 */
export class Outbox implements Supply {
  readonly #pointAssigner: PointAssigner;
  readonly #lines: Lines;
  readonly #answered: Database.Statement<[{ pointId: number }]>;
  readonly #acknowledged: Database.Statement<[{ pointId: number; nowMs: number }]>;
  readonly #refuse: Database.Statement<
    [Omit<Refusal, 'point'> & { pointId: number; nowMs: number }]
  >;
  readonly #forgive: Database.Statement<[number]>;
  /** How far this run has come; undefined when it is through with them. */
  #waitingAfterId: number | undefined;

  constructor(
    private readonly db: Database.Database,
    private readonly options: OutboxOptions,
  ) {
    this.#pointAssigner = new PointAssigner(db, options.host);
    this.#lines = new Lines(db, options.server);
    this.#waitingAfterId = readShippingState(db).answeredPointId;
    this.#answered = db.prepare(
      'UPDATE shipping SET answered_point_id = max(answered_point_id, @pointId)',
    );
    this.#acknowledged = db.prepare(
      `INSERT INTO acknowledgement (point_id, acknowledged_ms) VALUES (@pointId, @nowMs)
       ON CONFLICT DO UPDATE SET acknowledged_ms = excluded.acknowledged_ms`,
    );
    this.#refuse = db.prepare(
      `INSERT INTO refusal (point_id, refused_ms, status, words) VALUES (@pointId, @nowMs, @status, @words)
       ON CONFLICT DO UPDATE SET refused_ms = excluded.refused_ms, status = excluded.status, words = excluded.words`,
    );
    this.#forgive = db.prepare('DELETE FROM refusal WHERE point_id = ?');
  }

  next(limit: number): Point[] {
    return this.#reaching(() => {
      const records = this.#nextWaiting(limit);
      if (records.length < limit) records.push(...this.#nextNew(limit - records.length));
      return records.map((record) => this.#lines.toPoint(record));
    });
  }

  /**
   * The newest record, out of turn: it comes in its turn too, in this run or the next. Where there is none, the last
   * point that no server has refused, though it may be acknowledged: sent again, it is the same.
   */
  newest(): Newest | undefined {
    return this.#reaching(() => {
      const { passedCreditId, answeredPointId } = readShippingState(this.db);
      const { sinceMs } = this.options;
      const record = readNewest(this.db, { afterId: passedCreditId, sinceMs });
      const assigned =
        record === undefined
          ? readLastNotRefused(this.db)
          : this.#pointAssigner.assign({
              records: [record],
              afterId: passedCreditId,
              passedCreditId,
            })[0];
      if (assigned === undefined) return undefined;
      const point = this.#lines.toPoint(assigned);
      return { point, isWaiting: point.pointId > answeredPointId };
    });
  }

  /** How many records no server has acknowledged or refused. */
  waiting(): number {
    return this.#reaching(() => readWaitingCount(this.db, this.options.sinceMs));
  }

  acknowledge(points: readonly Point[]): void {
    this.#transaction(() => {
      const pointId = points.at(-1)?.pointId;
      if (pointId === undefined) return;
      this.#answered.run({ pointId });
      this.#acknowledged.run({ pointId, nowMs: this.options.nowMs() });
    });
  }

  setAside(refusals: readonly Refusal[]): void {
    this.#transaction(() => {
      for (const { point, status, words } of refusals) {
        const { pointId } = point;
        const nowMs = this.options.nowMs();
        this.#refuse.run({ pointId, nowMs, status, words });
      }
    });
  }

  /** What was refused before: it says nothing of what waits, and is refused no more once a server has it. */
  refused(): Points {
    let afterId: number | undefined = 0;
    return {
      next: (limit) =>
        this.#reaching(() => {
          if (afterId === undefined) return [];
          const records = readRefused(this.db, { afterId, limit });
          afterId = records.length < limit ? undefined : records.at(-1)?.pointId;
          return records.map((record) => this.#lines.toPoint(record));
        }),
      newest: () => this.newest(),
      acknowledge: (points) => {
        this.#transaction(() => {
          for (const { pointId } of points) this.#forgive.run(pointId);
        });
      },
      setAside: (refusals) => {
        this.setAside(refusals);
      },
    };
  }

  #nextWaiting(limit: number): RecordWithPoint[] {
    if (this.#waitingAfterId === undefined) return [];
    const records = readWaiting(this.db, { afterId: this.#waitingAfterId, limit });
    this.#waitingAfterId = records.length < limit ? undefined : records.at(-1)?.pointId;
    return records;
  }

  #nextNew(limit: number): RecordWithPoint[] {
    const { sinceMs } = this.options;
    const afterId = readShippingState(this.db).passedCreditId;
    return this.#pointAssigner.assign(readNew(this.db, { afterId, sinceMs, limit }));
  }

  #transaction(work: () => void): void {
    this.#reaching(() => {
      this.db.transaction(work).immediate();
    });
  }

  #reaching<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asJournalError('cannot ship from the journal', this.db.name, error);
    }
  }
}
