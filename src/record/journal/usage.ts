import type Database from 'better-sqlite3';
import type { UsageChange } from '../tracker/change-set.js';
import type { NameTables } from './names.js';

/** The table `usage`: sums of a quarter-hour and account. */
export class UsageTable {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    private readonly names: NameTables,
  ) {
    this.#statements = prepare(db);
  }

  add({ quarterMs, account, ...change }: UsageChange): void {
    const { userId, programId, commandId } = this.names.writeAccount(account);
    const key = [quarterMs, userId, programId, commandId] as const;
    const { cpuMs, unseenCpuMs, started, takenOver, uncertainMs } = change;
    const sums = [cpuMs, unseenCpuMs, started, takenOver, uncertainMs] as const;
    // An upsert checks the row to be inserted first, and a correction downwards would fail it.
    const updated = this.#statements.add.run(...sums, ...key);
    if (updated.changes === 0) {
      // What is taken back may have been in a row that was deleted.
      const uncertain = Math.max(uncertainMs, 0);
      this.#statements.insert.run(...key, cpuMs, unseenCpuMs, started, takenOver, uncertain);
    }
    if (cpuMs < 0 || started < 0) this.#statements.deleteEmpty.run(...key);
  }

  /** CPU time of the recorder itself and the ps that it runs; not on any user's account. */
  addRecorder(quarterMs: number, cpuMs: number): void {
    this.#statements.addRecorder.run(quarterMs, cpuMs);
  }

  /** CPU time charged since the given quarter-hour, in ms. */
  chargedSinceMs(quarterMs: number): number {
    return this.#statements.chargedSince.get(quarterMs) ?? 0;
  }
}

function prepare(db: Database.Database) {
  return {
    add: db.prepare<number[]>(`
      UPDATE usage SET
        cpu_ms = cpu_ms + ?, unseen_cpu_ms = unseen_cpu_ms + ?, started = started + ?,
        taken_over = taken_over + ?, uncertain_ms = max(uncertain_ms + ?, 0)
      WHERE quarter_ms = ? AND user_id = ? AND program_id = ? AND command_id = ?`),
    insert: db.prepare<number[]>(`
      INSERT INTO usage
        (quarter_ms, user_id, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over, uncertain_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    addRecorder: db.prepare<[number, number]>(`
      INSERT INTO recorder_usage (quarter_ms, cpu_ms) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET cpu_ms = cpu_ms + excluded.cpu_ms`),
    chargedSince: db
      .prepare<[number], number>('SELECT coalesce(sum(cpu_ms), 0) FROM usage WHERE quarter_ms >= ?')
      .pluck(),
    deleteEmpty: db.prepare<number[]>(`
      DELETE FROM usage
      WHERE quarter_ms = ? AND user_id = ? AND program_id = ? AND command_id = ?
        AND cpu_ms = 0 AND started = 0 AND taken_over = 0`),
  };
}
