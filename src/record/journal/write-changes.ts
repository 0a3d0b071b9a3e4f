import type Database from 'better-sqlite3';
import type { TickChanges, UsageChange } from '../lifecycle/book.js';
import type {
  Account,
  CreditRecord,
  CreditState,
  Lifecycle,
  LifecycleEnd,
} from '../lifecycle/lifecycle.js';
import { Names, Users } from './interned.js';

const STATE_NUMBER: Record<CreditState, number> = { open: 0, settling: 1, complete: 2 };

/**
 * Writes what one tick changed. Has no transaction of its own: the caller puts it into one with the
 * heartbeat of its run.
 */
export class ChangesWriter {
  readonly #names: Names;
  readonly #users: Users;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    private readonly bootId: number,
  ) {
    this.#names = new Names(db);
    this.#users = new Users(db);
    this.#statements = prepare(db);
  }

  write(changes: TickChanges): void {
    for (const lifecycle of changes.lifecycles) this.#writeLifecycle(lifecycle);
    for (const { lifecycle, end } of changes.ends) this.#writeEnd(lifecycle, end);
    for (const { processId, priorCpuMs, chargedMs } of changes.corrected) {
      this.#statements.correctCpu.run(priorCpuMs + chargedMs, processId);
    }
    for (const { processId } of changes.forgotten) this.#statements.deleteFollowed.run(processId);
    for (const credit of changes.credits) this.#writeCredit(credit);
    for (const usage of changes.usage) this.#writeUsage(usage);
    for (const { quarterMs, cpuMs } of changes.recorder) {
      this.#statements.addRecorderUsage.run(quarterMs, cpuMs);
    }
  }

  /** To be called when the transaction was undone. */
  forgetNames(): void {
    this.#names.forget();
    this.#users.forget();
  }

  #idsOf(account: Account): { uid: number; programId: number; commandId: number } {
    this.#users.see(account.uid, account.user);
    return {
      uid: account.uid,
      programId: this.#names.idOf(account.program),
      commandId: this.#names.idOf(account.command),
    };
  }

  #writeLifecycle(lifecycle: Lifecycle): void {
    const { processId, pid, ppid, start, startedMs, priorCpuMs, slice, cpu, reaped } = lifecycle;
    this.#statements.upsertProcess.run({
      processId,
      bootId: this.bootId,
      pid,
      ppid,
      startLow: start.lowMs,
      startHigh: start.highMs,
      startedMs,
      priorCpuMs,
      cpuMs: priorCpuMs + lifecycle.chargedMs,
      isAlive: Number(lifecycle.condition === 'alive'),
    });
    this.#statements.upsertFollowed.run({
      processId,
      condition: lifecycle.condition,
      ...this.#idsOf(lifecycle.account),
      sampledTwice: Number(lifecycle.sampledTwice),
      quarterMs: slice.quarterMs,
      splits: lifecycle.splits,
      fromMs: slice.fromMs,
      changed: Number(slice.changed),
      estimated: Number(slice.estimated),
      narrowStartLow: lifecycle.narrowStart.lowMs,
      narrowStartHigh: lifecycle.narrowStart.highMs,
      cpuLow: cpu.lowMs,
      cpuHigh: cpu.highMs,
      reapedLow: reaped.lowMs,
      reapedHigh: reaped.highMs,
      accountedMs: lifecycle.accountedMs,
      guessedMs: lifecycle.guessedMs,
    });
  }

  #writeEnd({ processId }: Lifecycle, { endedMs, reason }: LifecycleEnd): void {
    this.#statements.endProcess.run({ processId, endedMs, reason });
  }

  #writeCredit(credit: CreditRecord): void {
    this.#statements.upsertCredit.run({
      ...this.#idsOf(credit.account),
      creditId: credit.creditId,
      processId: credit.processId,
      fromMs: credit.fromMs,
      toMs: credit.toMs,
      cpuMs: credit.cpuMs,
      state: STATE_NUMBER[credit.state],
      changed: Number(credit.changed),
      estimated: Number(credit.estimated),
      ended: Number(credit.ended),
      unseen: Number(credit.unseen),
    });
  }

  #writeUsage(usage: UsageChange): void {
    const { account, ...sums } = usage;
    const { quarterMs, cpuMs, started } = sums;
    const key = { quarterMs, ...this.#idsOf(account) };
    // An upsert checks the row to be inserted first, and a correction downwards would fail it.
    const updated = this.#statements.addUsage.run({ ...key, ...sums });
    if (updated.changes === 0) {
      this.#statements.insertUsage.run({ ...key, ...sums });
    }
    if (cpuMs < 0 || started < 0) this.#statements.deleteEmptyUsage.run(key);
  }
}

function prepare(db: Database.Database) {
  return {
    upsertProcess: db.prepare<Record<string, number>>(`
      INSERT INTO process
        (process_id, boot_id, pid, ppid, start_low_boot_ms, start_high_boot_ms, started_ms, prior_cpu_ms, cpu_ms)
      VALUES (:processId, :bootId, :pid, :ppid, :startLow, :startHigh, :startedMs, :priorCpuMs, :cpuMs)
      ON CONFLICT DO UPDATE SET
        ppid = :ppid, start_low_boot_ms = :startLow, start_high_boot_ms = :startHigh,
        prior_cpu_ms = :priorCpuMs, cpu_ms = :cpuMs,
        ended_ms = iif(:isAlive, NULL, ended_ms), end_reason = iif(:isAlive, NULL, end_reason)`),
    upsertFollowed: db.prepare<Record<string, number | string>>(`
      INSERT INTO followed
        (process_id, condition, uid, program_id, command_id, sampled_twice, quarter_ms, splits, slice_from_ms,
         slice_changed, slice_estimated, narrow_start_low_boot_ms, narrow_start_high_boot_ms, cpu_low_ms,
         cpu_high_ms, reaped_low_ms, reaped_high_ms, accounted_ms, guessed_ms)
      VALUES (:processId, :condition, :uid, :programId, :commandId, :sampledTwice, :quarterMs, :splits, :fromMs,
         :changed, :estimated, :narrowStartLow, :narrowStartHigh, :cpuLow, :cpuHigh, :reapedLow, :reapedHigh, :accountedMs, :guessedMs)
      ON CONFLICT DO UPDATE SET
        condition = :condition, uid = :uid, program_id = :programId, command_id = :commandId,
        sampled_twice = :sampledTwice, quarter_ms = :quarterMs, splits = :splits, slice_from_ms = :fromMs,
        slice_changed = :changed, slice_estimated = :estimated,
        narrow_start_low_boot_ms = :narrowStartLow, narrow_start_high_boot_ms = :narrowStartHigh, cpu_low_ms = :cpuLow, cpu_high_ms = :cpuHigh,
        reaped_low_ms = :reapedLow, reaped_high_ms = :reapedHigh,
        accounted_ms = :accountedMs, guessed_ms = :guessedMs`),
    endProcess: db.prepare<Record<string, number | string>>(
      'UPDATE process SET ended_ms = :endedMs, end_reason = :reason WHERE process_id = :processId',
    ),
    correctCpu: db.prepare<[number, number]>('UPDATE process SET cpu_ms = ? WHERE process_id = ?'),
    deleteFollowed: db.prepare<[number]>('DELETE FROM followed WHERE process_id = ?'),
    upsertCredit: db.prepare<Record<string, number>>(`
      INSERT INTO credit
        (credit_id, process_id, uid, program_id, command_id, from_ms, to_ms, cpu_ms, state, changed,
         estimated, ended, unseen)
      VALUES (:creditId, :processId, :uid, :programId, :commandId, :fromMs, :toMs, :cpuMs, :state, :changed,
         :estimated, :ended, :unseen)
      ON CONFLICT DO UPDATE SET
        uid = :uid, program_id = :programId, command_id = :commandId, to_ms = :toMs, cpu_ms = :cpuMs,
        state = :state, estimated = :estimated, ended = :ended`),
    addUsage: db.prepare<Record<string, number>>(`
      UPDATE usage SET
        cpu_ms = cpu_ms + :cpuMs, unseen_cpu_ms = unseen_cpu_ms + :unseenCpuMs,
        started = started + :started, taken_over = taken_over + :takenOver,
        uncertain_ms = uncertain_ms + :uncertainMs
      WHERE quarter_ms = :quarterMs AND uid = :uid AND program_id = :programId AND command_id = :commandId`),
    insertUsage: db.prepare<Record<string, number>>(`
      INSERT INTO usage
        (quarter_ms, uid, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over, uncertain_ms)
      VALUES (:quarterMs, :uid, :programId, :commandId, :cpuMs, :unseenCpuMs, :started, :takenOver,
        :uncertainMs)`),
    addRecorderUsage: db.prepare<[number, number]>(
      `INSERT INTO recorder_usage (quarter_ms, cpu_ms) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET cpu_ms = cpu_ms + excluded.cpu_ms`,
    ),
    deleteEmptyUsage: db.prepare<Record<string, number>>(`
      DELETE FROM usage
      WHERE quarter_ms = :quarterMs AND uid = :uid AND program_id = :programId AND command_id = :commandId
        AND cpu_ms = 0 AND started = 0 AND taken_over = 0`),
  };
}
