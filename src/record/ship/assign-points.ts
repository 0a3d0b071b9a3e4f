import type Database from 'better-sqlite3';
import { hasCode, PsusageError } from '../../shared/errors.js';
import { BoundedCache } from '../../shared/bounded-cache.js';
import { FreeTimestamps } from './free-timestamps.js';
import type { NewRecords } from './queue.js';
import { type CompleteRecord, type Point, SERIALISER, type Series } from './points.js';
import { readNextPointId } from './shipping-state.js';
import { toTagText } from './line.js';

/** So that the recorder never waits long; those that are left say nothing any more, and go with the next. */
const FORGOTTEN_AT_A_TIME = 10_000;

/** Points in one statement: each statement costs about as much as a point. */
const INSERTED_AT_ONCE = 100;

type PointColumns = [
  pointId: number,
  creditId: number,
  seriesId: number,
  timestampMs: number,
  serialiser: number,
];

/** Gives each record its point, once and for all: the series, millisecond and form in which it is sent. */
export class PointAssigner {
  readonly #series: SeriesIds;
  #timestamps = new FreeTimestamps();
  readonly #insertPoint: Database.Statement<PointColumns>;
  readonly #insertPoints: Database.Statement<number[]>;
  readonly #insertAhead: Database.Statement<[number]>;
  readonly #pass: Database.Statement<[{ afterId: number; passedCreditId: number }]>;
  readonly #forgetAhead: Database.Statement<[{ passedCreditId: number }]>;

  /** @param host the tag of this machine */
  constructor(
    private readonly db: Database.Database,
    host: string,
  ) {
    const insertSeries = db.prepare<[Series]>(
      'INSERT INTO series (host, program, user) VALUES (@host, @program, @user)',
    );
    this.#series = new SeriesIds(db, host, (series) =>
      Number(insertSeries.run(series).lastInsertRowid),
    );
    const insert = 'INSERT INTO point (point_id, credit_id, series_id, timestamp_ms, serialiser)';
    this.#insertPoint = db.prepare(
      `${insert} VALUES (?, ?, ?, ?, ?) ON CONFLICT (timestamp_ms, series_id) DO NOTHING`,
    );
    const rows = Array<string>(INSERTED_AT_ONCE).fill('(?, ?, ?, ?, ?)').join(', ');
    this.#insertPoints = db.prepare(`${insert} VALUES ${rows}`);
    this.#insertAhead = db.prepare('INSERT INTO point_ahead (credit_id) VALUES (?)');
    this.#pass = db.prepare(
      `UPDATE shipping SET passed_credit_id = @passedCreditId
       WHERE passed_credit_id = @afterId AND @afterId <= @passedCreditId`,
    );
    this.#forgetAhead = db.prepare(
      `DELETE FROM point_ahead WHERE credit_id IN (
         SELECT credit_id FROM point_ahead WHERE credit_id <= @passedCreditId LIMIT ${FORGOTTEN_AT_A_TIME})`,
    );
  }

  /**
   * In a transaction of the caller's, which an error has to end, and only if nobody has given any of them a point since
   * they were read: two points of one record would count it twice.
   *
   * @throws PsusageError SHIP when somebody has
   */
  assign({ records, afterId, passedCreditId, nextPointId }: NewRecords): Point[] {
    const isAsRead = readNextPointId(this.db) === nextPointId;
    if (!isAsRead || this.#pass.run({ afterId, passedCreditId }).changes === 0) {
      throw assignedByAnother();
    }
    const assigned: Point[] = [];
    for (let at = 0; at < records.length; at += INSERTED_AT_ONCE) {
      const some = records.slice(at, at + INSERTED_AT_ONCE);
      assigned.push(...this.#assignSome(some, nextPointId + at));
    }
    for (const { creditId } of records) {
      if (creditId > passedCreditId) this.#insertAhead.run(creditId);
    }
    this.#forgetAhead.run({ passedCreditId });
    return assigned;
  }

  /** As if no run before this one had taken a millisecond that they are to have; where one has, each by itself. */
  #assignSome(records: readonly CompleteRecord[], firstId: number): Point[] {
    if (records.length === INSERTED_AT_ONCE) {
      const presumed = records.map((record, at) =>
        this.#assignOne(record, firstId + at, () => true),
      );
      if (this.#insertAll(presumed)) return presumed;
      this.#timestamps = new FreeTimestamps();
    }
    return records.map((record, at) =>
      this.#assignOne(
        record,
        firstId + at,
        (...columns) => this.#insertPoint.run(...columns).changes === 1,
      ),
    );
  }

  /** All of them, or none where the millisecond of any is taken. */
  #insertAll(points: readonly Point[]): boolean {
    const columns: number[] = [];
    for (const { pointId, record, seriesId, timestampMs } of points) {
      columns.push(pointId, record.creditId, seriesId, timestampMs, SERIALISER);
    }
    try {
      this.#insertPoints.run(...columns);
      return true;
    } catch (error) {
      if (hasCode(error, 'SQLITE_CONSTRAINT_UNIQUE')) return false;
      throw error;
    }
  }

  #assignOne(
    record: CompleteRecord,
    pointId: number,
    insert: (...columns: PointColumns) => boolean,
  ): Point {
    const seriesId = this.#series.find(record);
    const timestampMs = this.#timestamps.take(seriesId, record.toMs, (ms) =>
      insert(pointId, record.creditId, seriesId, ms, SERIALISER),
    );
    return { record, pointId, seriesId, timestampMs };
  }
}

function assignedByAnother(): PsusageError {
  return new PsusageError('SHIP', 'another psusage ship is running on this journal', {
    hint: 'run one at a time, always as the same user',
  });
}

/** Tells which series of this machine a record belongs to, by the names that it was recorded under. */
export class SeriesIds {
  /** By program, then by user. */
  readonly #ids: BoundedCache<number, BoundedCache<number, number>>;

  /**
   * @param host the tag of this machine
   * @param insert makes a series that is not in the journal yet, and tells its number
   */
  constructor(db: Database.Database, host: string, insert: (series: Series) => number) {
    const names = db.prepare<[number, number], Omit<Series, 'host'>>(
      `SELECT name.name AS program, user.name AS user FROM name, user WHERE name_id = ? AND user_id = ?`,
    );
    const find = db
      .prepare<[Series], number>(
        'SELECT series_id FROM series WHERE host = @host AND program = @program AND user = @user',
      )
      .pluck();
    const findId = (programId: number, userId: number) => {
      const { program, user } = names.get(programId, userId) ?? { program: '', user: '' };
      const series = { host: toTagText(host), program: toTagText(program), user: toTagText(user) };
      return find.get(series) ?? insert(series);
    };
    this.#ids = new BoundedCache(
      (programId) => new BoundedCache((userId) => findId(programId, userId)),
    );
  }

  find({ programId, userId }: CompleteRecord): number {
    return this.#ids.get(programId).get(userId);
  }
}
