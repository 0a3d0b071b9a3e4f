import Database from 'better-sqlite3';
import { type Cost, costOf } from './cost.js';

/**
 * The least that a tick could cost: a transaction that changes one row of a table of one row, synced
 * to the disk. One that changes nothing is not synced.
 */
export class SmallestTransaction {
  readonly #db: Database.Database;
  readonly #write: () => void;

  constructor(path: string) {
    this.#db = new Database(path);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec('CREATE TABLE one (n INTEGER NOT NULL) STRICT; INSERT INTO one VALUES (0)');
    const update = this.#db.prepare<[]>('UPDATE one SET n = n + 1');
    const transaction = this.#db.transaction(() => update.run());
    this.#write = () => {
      transaction.immediate();
    };
  }

  cost(): Cost {
    return costOf(this.#write);
  }

  close(): void {
    this.#db.close();
  }
}
