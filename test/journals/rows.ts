import type Database from 'better-sqlite3';
import type { Account } from './host.js';

/** A row of `usage`. */
export interface Sum {
  readonly account: Account;
  cpuMs: number;
  unseenCpuMs: number;
  started: number;
  takenOver: number;
  uncertainMs: number;
}

/** What the accounts used, by quarter-hour, until it is taken out. */
export class Sums {
  readonly #quarters = new Map<number, Map<string, Sum>>();

  of(quarterMs: number, account: Account): Sum {
    const sums = this.#quarters.get(quarterMs) ?? new Map<string, Sum>();
    this.#quarters.set(quarterMs, sums);
    const key = `${account.uid} ${account.program} ${account.command}`;
    const known = sums.get(key);
    if (known !== undefined) return known;
    const zero = { cpuMs: 0, unseenCpuMs: 0, started: 0, takenOver: 0, uncertainMs: 0 };
    const sum = { account, ...zero };
    sums.set(key, sum);
    return sum;
  }

  /** The sums of a quarter-hour to which nothing will be added any more. */
  take(quarterMs: number): Sum[] {
    const sums = this.#quarters.get(quarterMs);
    this.#quarters.delete(quarterMs);
    return [...(sums?.values() ?? [])];
  }
}

/** A row of `process`. */
export interface ProcessRow {
  readonly pid: number;
  readonly startedMs: number;
  readonly cpuMs: number;
  /** null while it lives. */
  readonly endedMs: number | null;
}

/** A row of `credit`; complete. */
export interface CreditRow {
  readonly processId: number;
  readonly account: Account;
  readonly fromMs: number;
  readonly toMs: number;
  readonly cpuMs: number;
  readonly changed: boolean;
  readonly estimated: boolean;
  readonly ended: boolean;
  readonly unseen: boolean;
}

/** Writes rows as the recorder's are, in bulk. Has no transaction of its own. */
export class RowWriter {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #nameIds = new Map<string, number>();

  constructor(
    db: Database.Database,
    private readonly bootedMs: number,
  ) {
    this.#statements = prepare(db);
  }

  /** Returns the process's number. */
  process({ pid, startedMs, cpuMs, endedMs }: ProcessRow): number {
    const startMs = startedMs - this.bootedMs;
    const reason = endedMs === null ? null : 'gone';
    const written = this.#statements.process.run(
      ...[pid, startMs - 250, startMs + 250, startedMs, cpuMs, endedMs, reason],
    );
    return Number(written.lastInsertRowid);
  }

  /** Of one that has gone on since it was written. */
  cpuMsOfProcess(processId: number, cpuMs: number): void {
    this.#statements.cpuMsOfProcess.run(cpuMs, processId);
  }

  credit(row: CreditRow): void {
    const { processId, account, fromMs, toMs, cpuMs, changed, estimated, ended, unseen } = row;
    this.#statements.credit.run(
      ...[processId, account.uid, this.#nameId(account.program), this.#nameId(account.command)],
      ...[fromMs, toMs, cpuMs, ...[changed, estimated, ended, unseen].map(Number)],
    );
  }

  /** Adds to what is there. */
  usage(quarterMs: number, sum: Sum): void {
    const { account, cpuMs, unseenCpuMs, started, takenOver, uncertainMs } = sum;
    this.#statements.usage.run(
      ...[quarterMs, account.uid, this.#nameId(account.program), this.#nameId(account.command)],
      ...[cpuMs, unseenCpuMs, started, takenOver, uncertainMs],
    );
  }

  recorderUsage(quarterMs: number, cpuMs: number): void {
    this.#statements.recorderUsage.run(quarterMs, cpuMs);
  }

  followed(processId: number, account: Account, quarterMs: number): void {
    this.#statements.followed.run(
      ...[processId, account.uid, this.#nameId(account.program), this.#nameId(account.command)],
      ...[quarterMs, quarterMs],
    );
  }

  #nameId(name: string): number {
    const known = this.#nameIds.get(name);
    if (known !== undefined) return known;
    const id = this.#statements.name.get(name);
    if (id === undefined) throw new Error(`${name} got no number`);
    this.#nameIds.set(name, id);
    return id;
  }
}

function prepare(db: Database.Database) {
  return {
    name: db
      .prepare<[string], number>(
        `INSERT INTO name (name) VALUES (?)
         ON CONFLICT DO UPDATE SET name = excluded.name RETURNING name_id`,
      )
      .pluck(),
    process: db.prepare(
      `INSERT INTO process
         (boot_id, pid, ppid, start_low_boot_ms, start_high_boot_ms, started_ms, prior_cpu_ms, cpu_ms,
          ended_ms, end_reason)
       VALUES (1, ?, 1, ?, ?, ?, 0, ?, ?, ?)`,
    ),
    cpuMsOfProcess: db.prepare('UPDATE process SET cpu_ms = ? WHERE process_id = ?'),
    credit: db.prepare(
      `INSERT INTO credit
         (process_id, user_id, program_id, command_id, from_ms, to_ms, cpu_ms, state, changed, estimated,
          ended, unseen)
       VALUES (?, ?, ?, ?, ?, ?, ?, 2, ?, ?, ?, ?)`,
    ),
    usage: db.prepare(
      `INSERT INTO usage
         (quarter_ms, user_id, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over,
          uncertain_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         cpu_ms = cpu_ms + excluded.cpu_ms,
         unseen_cpu_ms = unseen_cpu_ms + excluded.unseen_cpu_ms,
         started = started + excluded.started,
         taken_over = taken_over + excluded.taken_over,
         uncertain_ms = uncertain_ms + excluded.uncertain_ms`,
    ),
    recorderUsage: db.prepare('INSERT INTO recorder_usage (quarter_ms, cpu_ms) VALUES (?, ?)'),
    followed: db.prepare(
      `INSERT INTO followed
         (process_id, condition, user_id, program_id, command_id, sampled_twice, quarter_ms, splits,
          slice_from_ms, slice_changed, slice_estimated, narrow_start_low_boot_ms,
          narrow_start_high_boot_ms, cpu_low_ms, cpu_high_ms, reaped_low_ms, reaped_high_ms,
          accounted_ms, guessed_ms)
       VALUES (?, 'alive', ?, ?, ?, 1, ?, 0, ?, 0, 0, 0, 10, 0, 10, 0, 10, 0, 0)`,
    ),
  };
}
