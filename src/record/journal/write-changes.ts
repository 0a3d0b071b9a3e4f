import type Database from 'better-sqlite3';
import type { TickChanges } from '../tracker/change-set.js';
import { CreditRows } from './credit-rows.js';
import { FollowedRows } from './followed-rows.js';
import { Accounts } from './interned.js';
import { ProcessRows } from './process-rows.js';
import { UsageRows } from './usage-rows.js';

/**
 * Writes what one tick changed. Has no transaction of its own: the caller puts it into one with the
 * heartbeat of its run.
 */
export class ChangesWriter {
  readonly #accounts: Accounts;
  readonly #processes: ProcessRows;
  readonly #followed: FollowedRows;
  readonly #credits: CreditRows;
  readonly #usage: UsageRows;
  readonly #addRecorderUsage: Database.Statement<[number, number]>;

  constructor(db: Database.Database, bootId: number) {
    this.#accounts = new Accounts(db);
    this.#processes = new ProcessRows(db, bootId);
    this.#followed = new FollowedRows(db, this.#accounts);
    this.#credits = new CreditRows(db, this.#accounts);
    this.#usage = new UsageRows(db, this.#accounts);
    this.#addRecorderUsage = db.prepare<[number, number]>(
      `INSERT INTO recorder_usage (quarter_ms, cpu_ms) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET cpu_ms = cpu_ms + excluded.cpu_ms`,
    );
  }

  write(changes: TickChanges): void {
    const forgotten = new Set(changes.forgotten.map(({ processId }) => processId));
    for (const lifecycle of changes.lifecycles) {
      this.#processes.write(lifecycle);
      if (!forgotten.has(lifecycle.processId)) this.#followed.write(lifecycle);
    }
    for (const { lifecycle, end } of changes.ends) this.#processes.end(lifecycle.processId, end);
    for (const lifecycle of changes.corrected) this.#processes.correct(lifecycle);
    for (const processId of forgotten) {
      this.#processes.leave(processId);
      this.#followed.delete(processId);
    }
    for (const credit of changes.credits) this.#credits.write(credit);
    for (const usage of changes.usage) this.#usage.add(usage);
    for (const { uid, user } of changes.renamed) this.#accounts.noteLatest(uid, user);
    for (const { quarterMs, cpuMs } of changes.recorder) {
      this.#addRecorderUsage.run(quarterMs, cpuMs);
    }
  }

  /** To be called when the transaction was undone: what it wrote is not there. */
  forget(): void {
    this.#accounts.forget();
    this.#processes.forget();
    this.#followed.forget();
    this.#credits.forget();
  }
}
