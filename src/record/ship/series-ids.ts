import type Database from 'better-sqlite3';
import type { NewRecord, Series } from './complete-record.js';
import { BoundedCache } from '../../shared/bounded-cache.js';
import { toTagText } from './line.js';

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

  find({ programId, userId }: NewRecord): number {
    return this.#ids.get(`${programId} ${userId}`);
  }
}
