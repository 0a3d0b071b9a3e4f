import type Database from 'better-sqlite3';
import { asJournalError } from '../../shared/journal/errors.js';
import { PointAssigner } from './assign-points.js';
import {
  type NewRecords,
  readLastNotRefused,
  readNew,
  readNewest,
  readRefused,
  readWaiting,
  readWaitingCount,
} from './queue.js';
import type { Newest, Point, Points, Refusal } from './points.js';
import type { Supply } from './send-all.js';
import { readNextPointId, readShippingState } from './shipping-state.js';

interface OutboxOptions {
  /** The tag of this machine. */
  host: string;
  /** Records that ended until then are passed over for good. */
  sinceMs: number;
  nowMs: () => number;
}

/**
 * The points that wait for a server, in the journal: what was given its point in earlier runs; what is complete and
 * new. No transaction is open between two calls.
 */
export class Outbox implements Supply {
  readonly #pointAssigner: PointAssigner;
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

  next(limit: number, acknowledged: readonly Point[] = []): Point[] {
    return this.#reaching(() => {
      const waiting = this.#nextWaiting(limit);
      // Read before: the recorder waits as long as a transaction takes.
      const fresh = waiting.length < limit ? this.#readNew(limit - waiting.length) : undefined;
      return this.#transaction(() => {
        this.#mark(acknowledged);
        return fresh === undefined ? waiting : [...waiting, ...this.#pointAssigner.assign(fresh)];
      });
    });
  }

  /**
   * The newest record, out of turn: it comes in its turn too, in this run or the next. Where there is none, the last
   * point that no server has refused, though it may be acknowledged: sent again, it is the same.
   */
  newest(): Newest | undefined {
    return this.#transaction(() => {
      const { passedCreditId, answeredPointId } = readShippingState(this.db);
      const { sinceMs } = this.options;
      const record = readNewest(this.db, { afterId: passedCreditId, sinceMs });
      const point =
        record === undefined
          ? readLastNotRefused(this.db)
          : this.#pointAssigner.assign({
              records: [record],
              afterId: passedCreditId,
              passedCreditId,
              nextPointId: readNextPointId(this.db),
            })[0];
      if (point === undefined) return undefined;
      // It waits now, and those that come after it must not be marked before it has had its turn.
      if (record !== undefined) this.#waitingAfterId ??= point.pointId - 1;
      return { point, isWaiting: point.pointId > answeredPointId };
    });
  }

  /** How many records no server has acknowledged or refused. */
  waiting(): number {
    return this.#reaching(() => readWaitingCount(this.db, this.options.sinceMs));
  }

  acknowledge(points: readonly Point[]): void {
    this.#transaction(() => {
      this.#mark(points);
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
    const forgive = (points: readonly Point[]) => {
      this.#transaction(() => {
        for (const { pointId } of points) this.#forgive.run(pointId);
      });
    };
    return {
      next: (limit, accepted = []) => {
        forgive(accepted);
        return this.#reaching(() => {
          if (afterId === undefined) return [];
          const points = readRefused(this.db, { afterId, limit });
          afterId = points.length < limit ? undefined : points.at(-1)?.pointId;
          return points;
        });
      },
      newest: () => this.newest(),
      acknowledge: forgive,
      setAside: (refusals) => {
        this.setAside(refusals);
      },
    };
  }

  #mark(acknowledged: readonly Point[]): void {
    const pointId = acknowledged.at(-1)?.pointId;
    if (pointId === undefined) return;
    this.#answered.run({ pointId });
    this.#acknowledged.run({ pointId, nowMs: this.options.nowMs() });
  }

  #nextWaiting(limit: number): Point[] {
    if (this.#waitingAfterId === undefined) return [];
    const points = readWaiting(this.db, { afterId: this.#waitingAfterId, limit });
    this.#waitingAfterId = points.length < limit ? undefined : points.at(-1)?.pointId;
    return points;
  }

  #readNew(limit: number): NewRecords {
    const { sinceMs } = this.options;
    const afterId = readShippingState(this.db).passedCreditId;
    return readNew(this.db, { afterId, sinceMs, limit });
  }

  #transaction<T>(work: () => T): T {
    return this.#reaching(() => this.db.transaction(work).immediate());
  }

  #reaching<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asJournalError('cannot ship from the journal', this.db.name, error);
    }
  }
}
