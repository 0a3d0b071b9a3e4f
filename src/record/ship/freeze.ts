import type Database from 'better-sqlite3';
import { FreeTimestamps } from './free-timestamps.js';
import { SERIALISER } from './line.js';
import type { NewRecords } from './queue.js';
import type { NewRecord, Series, SettledRecord } from './record.js';
import { SeriesIds } from './series-ids.js';

/** Settles what records are sent as, once and for all. */
export class Freezer {
  readonly #series: SeriesIds;
  readonly #timestamps = new FreeTimestamps();
  readonly #insertPoint: Database.Statement<[number, number, number, number]>;
  readonly #insertAhead: Database.Statement<[number]>;
  readonly #pass: Database.Statement<[{ passedCreditId: number }]>;
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
    this.#insertPoint = db.prepare(
      `INSERT INTO point (credit_id, series_id, timestamp_ms, serialiser) VALUES (?, ?, ?, ?)
       ON CONFLICT (series_id, timestamp_ms) DO NOTHING`,
    );
    this.#insertAhead = db.prepare('INSERT INTO point_ahead (credit_id) VALUES (?)');
    this.#pass = db.prepare('UPDATE shipping SET passed_credit_id = @passedCreditId');
    this.#forgetAhead = db.prepare('DELETE FROM point_ahead WHERE credit_id <= @passedCreditId');
  }

  /** In one transaction. */
  freeze({ records, passedCreditId }: NewRecords): SettledRecord[] {
    try {
      return this.db
        .transaction(() => {
          const settled = records.map((record) => this.#freezeOne(record));
          for (const { creditId } of records) {
            if (creditId > passedCreditId) this.#insertAhead.run(creditId);
          }
          this.#pass.run({ passedCreditId });
          this.#forgetAhead.run({ passedCreditId });
          return settled;
        })
        .immediate();
    } catch (error) {
      this.#series.forget();
      throw error;
    }
  }

  #freezeOne(record: NewRecord): SettledRecord {
    const seriesId = this.#series.of(record);
    let pointId = 0;
    const timestampMs = this.#timestamps.take(seriesId, record.toMs, (ms) => {
      const inserted = this.#insertPoint.run(record.creditId, seriesId, ms, SERIALISER);
      pointId = Number(inserted.lastInsertRowid);
      return inserted.changes === 1;
    });
    return Object.assign(record, { pointId, seriesId, timestampMs, serialiser: SERIALISER });
  }
}
