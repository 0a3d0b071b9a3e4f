import type Database from 'better-sqlite3';
import { hasCode, PsusageError } from '../../shared/errors.js';
import { BoundedCache } from '../../shared/bounded-cache.js';
import { FreeTimestamps } from './free-timestamps.js';
import type { NewRecords } from './queue.js';
import { type CompleteRecord, type RecordWithPoint, SERIALISER, type Series } from './points.js';
import { NEXT_POINT_ID } from './shipping-state.js';
import { toTagText } from './line.js';

/** So that the recorder never waits long; those that are left say nothing any more, and go with the next. */
const FORGOTTEN_AT_A_TIME = 10_000;

/** Gives each record its point, once and for all: the series, millisecond and form in which it is sent. */
export class PointAssigner {
  readonly #series: SeriesIds;
  readonly #timestamps = new FreeTimestamps();
  readonly #nextPointId: Database.Statement<[], number>;
  readonly #insertPoint: Database.Statement<[number, number, number, number, number]>;
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
    this.#nextPointId = db.prepare<[], number>(NEXT_POINT_ID).pluck();
    this.#insertPoint = db.prepare(
      `INSERT INTO point (point_id, credit_id, series_id, timestamp_ms, serialiser) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (series_id, timestamp_ms) DO NOTHING`,
    );
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
   * In one transaction, and only if nobody has given any of them a point since they were read: two points of one record
   * would count it twice.
   *
   * @throws PsusageError SHIP when somebody has
   */
  assign({ records, afterId, passedCreditId }: NewRecords): RecordWithPoint[] {
    return this.db
      .transaction(() => {
        if (this.#pass.run({ afterId, passedCreditId }).changes === 0) throw assignedByAnother();
        const firstId = this.#nextPointId.get() ?? 1;
        const assigned = records.map((record, at) => this.#assignOne(record, firstId + at));
        for (const { creditId } of records) {
          if (creditId > passedCreditId) this.#noteAhead(creditId);
        }
        this.#forgetAhead.run({ passedCreditId });
        return assigned;
      })
      .immediate();
  }

  #noteAhead(creditId: number): void {
    try {
      this.#insertAhead.run(creditId);
    } catch (error) {
      throw hasCode(error, 'SQLITE_CONSTRAINT_PRIMARYKEY') ? assignedByAnother() : error;
    }
  }

  #assignOne(record: CompleteRecord, pointId: number): RecordWithPoint {
    const seriesId = this.#series.find(record);
    const timestampMs = this.#timestamps.take(seriesId, record.toMs, (ms) => {
      const { changes } = this.#insertPoint.run(pointId, record.creditId, seriesId, ms, SERIALISER);
      return changes === 1;
    });
    return { record, pointId, seriesId, timestampMs, serialiser: SERIALISER };
  }
}

function assignedByAnother(): PsusageError {
  return new PsusageError('SHIP', 'another psusage ship is running on this journal', {
    hint: 'run one at a time, always as the same user',
  });
}

/** Tells which series of this machine a record belongs to, by the names that it was recorded under. */
export class SeriesIds {
  /** By program and user. */
  readonly #ids: BoundedCache<string, number>;

  /**
   * @param host the tag of this machine
   * @param insert makes a series that is not in the journal yet, and tells its number
   */
  constructor(db: Database.Database, host: string, insert: (series: Series) => number) {
    const names = db.prepare<[string, string], Omit<Series, 'host'>>(
      `SELECT name.name AS program, user.name AS user FROM name, user WHERE name_id = ? AND user_id = ?`,
    );
    const find = db
      .prepare<[Series], number>(
        'SELECT series_id FROM series WHERE host = @host AND program = @program AND user = @user',
      )
      .pluck();
    this.#ids = new BoundedCache((key) => {
      const [programId = '', userId = ''] = key.split(' ');
      const { program, user } = names.get(programId, userId) ?? { program: '', user: '' };
      const series = { host: toTagText(host), program: toTagText(program), user: toTagText(user) };
      return find.get(series) ?? insert(series);
    });
  }

  find({ programId, userId }: CompleteRecord): number {
    return this.#ids.get(`${programId} ${userId}`);
  }
}
