import type Database from 'better-sqlite3';
import { NEXT_POINT_ID } from './shipping-state.js';

interface PointRow {
  point_id: number;
  credit_id: number;
  series_id: number;
  timestamp_ms: number;
  serialiser: number;
}

interface RefusalRow {
  point_id: number;
  refused_ms: number;
  status: number;
  words: string;
}

/**
 * Gives points other numbers, by which they are told to be answered or not. What is sent of them stays
 * what it is. Each call belongs into a transaction.
 */
export class Renumbering {
  readonly #point: Database.Statement<[number], PointRow>;
  readonly #refusal: Database.Statement<[number], RefusalRow>;
  readonly #remove: Database.Statement<[number]>;
  readonly #insert: Database.Statement<[PointRow]>;
  readonly #refuse: Database.Statement<[RefusalRow]>;
  readonly #nextId: Database.Statement<[], number>;

  constructor(db: Database.Database) {
    this.#point = db.prepare(
      'SELECT point_id, credit_id, series_id, timestamp_ms, serialiser FROM point WHERE point_id = ?',
    );
    this.#refusal = db.prepare(
      'SELECT point_id, refused_ms, status, words FROM refusal WHERE point_id = ?',
    );
    // Its refusal goes with it.
    this.#remove = db.prepare('DELETE FROM point WHERE point_id = ?');
    this.#insert = db.prepare(
      `INSERT INTO point (point_id, credit_id, series_id, timestamp_ms, serialiser)
       VALUES (@point_id, @credit_id, @series_id, @timestamp_ms, @serialiser)`,
    );
    this.#refuse = db.prepare(
      `INSERT INTO refusal (point_id, refused_ms, status, words)
       VALUES (@point_id, @refused_ms, @status, @words)`,
    );
    this.#nextId = db.prepare<[], number>(NEXT_POINT_ID).pluck();
  }

  /** Lets a point wait for a server: it comes after all others. */
  toEnd(pointId: number): void {
    this.#change(pointId, { point_id: this.#nextId.get() ?? 1 });
  }

  /** Lets a point be the one of a record that has another number here. */
  toRecord(pointId: number, creditId: number): void {
    this.#change(pointId, { credit_id: creditId });
  }

  #change(pointId: number, changed: Partial<PointRow>): void {
    const point = this.#point.get(pointId);
    if (point === undefined) return;
    const refusal = this.#refusal.get(pointId);
    const next = { ...point, ...changed };
    this.#remove.run(pointId);
    this.#insert.run(next);
    if (refusal !== undefined) this.#refuse.run({ ...refusal, point_id: next.point_id });
  }
}
