import type Database from 'better-sqlite3';
import { sameInterval } from '../tracker/interval.js';
import type { Lifecycle } from '../tracker/lifecycle.js';
import type { Accounts } from './interned.js';

/** Writes the table `followed`. Of a process that lives on, only measures change at most ticks. */
export class FollowedRows {
  /** As last written in this run; others are written whole. */
  readonly #written = new Map<number, Lifecycle>();
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    private readonly accounts: Accounts,
  ) {
    this.#statements = prepare(db);
  }

  write(lifecycle: Lifecycle): void {
    const { processId } = lifecycle;
    const written = this.#written.get(processId);
    if (written === undefined || !isSameButForMeasures(written, lifecycle)) this.#upsert(lifecycle);
    else if (!hasSameMeasures(written, lifecycle)) this.#setMeasures(lifecycle);
    this.#written.set(processId, lifecycle);
  }

  delete(processId: number): void {
    this.#statements.delete.run(processId);
    this.#written.delete(processId);
  }

  /** To be called when the transaction was undone. */
  forget(): void {
    this.#written.clear();
  }

  #setMeasures({ processId, narrowStart, cpu, reaped, accountedMs, guessedMs }: Lifecycle): void {
    this.#statements.setMeasures.run(
      narrowStart.lowMs,
      narrowStart.highMs,
      cpu.lowMs,
      cpu.highMs,
      reaped.lowMs,
      reaped.highMs,
      accountedMs,
      guessedMs,
      processId,
    );
  }

  #upsert(lifecycle: Lifecycle): void {
    const { slice, narrowStart, cpu, reaped } = lifecycle;
    this.#statements.upsert.run({
      ...this.accounts.idsOf(lifecycle.account),
      processId: lifecycle.processId,
      condition: lifecycle.condition,
      sampledTwice: Number(lifecycle.sampledTwice),
      quarterMs: slice.quarterMs,
      splits: lifecycle.splits,
      fromMs: slice.fromMs,
      changed: Number(slice.changed),
      estimated: Number(slice.estimated),
      narrowStartLow: narrowStart.lowMs,
      narrowStartHigh: narrowStart.highMs,
      cpuLow: cpu.lowMs,
      cpuHigh: cpu.highMs,
      reapedLow: reaped.lowMs,
      reapedHigh: reaped.highMs,
      accountedMs: lifecycle.accountedMs,
      guessedMs: lifecycle.guessedMs,
    });
  }
}

function isSameButForMeasures(before: Lifecycle, after: Lifecycle): boolean {
  return (
    before.condition === after.condition &&
    before.account === after.account &&
    before.sampledTwice === after.sampledTwice &&
    before.splits === after.splits &&
    before.slice.quarterMs === after.slice.quarterMs &&
    before.slice.fromMs === after.slice.fromMs &&
    before.slice.changed === after.slice.changed &&
    before.slice.estimated === after.slice.estimated
  );
}

function hasSameMeasures(before: Lifecycle, after: Lifecycle): boolean {
  return (
    before.accountedMs === after.accountedMs &&
    before.guessedMs === after.guessedMs &&
    sameInterval(before.narrowStart, after.narrowStart) &&
    sameInterval(before.cpu, after.cpu) &&
    sameInterval(before.reaped, after.reaped)
  );
}

function prepare(db: Database.Database) {
  return {
    upsert: db.prepare<Record<string, number | string>>(`
      INSERT INTO followed
        (process_id, condition, user_id, program_id, command_id, sampled_twice, quarter_ms, splits, slice_from_ms,
         slice_changed, slice_estimated, narrow_start_low_boot_ms, narrow_start_high_boot_ms, cpu_low_ms,
         cpu_high_ms, reaped_low_ms, reaped_high_ms, accounted_ms, guessed_ms)
      VALUES (:processId, :condition, :userId, :programId, :commandId, :sampledTwice, :quarterMs, :splits, :fromMs,
         :changed, :estimated, :narrowStartLow, :narrowStartHigh, :cpuLow, :cpuHigh, :reapedLow, :reapedHigh, :accountedMs, :guessedMs)
      ON CONFLICT DO UPDATE SET
        condition = :condition, user_id = :userId, program_id = :programId, command_id = :commandId,
        sampled_twice = :sampledTwice, quarter_ms = :quarterMs, splits = :splits, slice_from_ms = :fromMs,
        slice_changed = :changed, slice_estimated = :estimated,
        narrow_start_low_boot_ms = :narrowStartLow, narrow_start_high_boot_ms = :narrowStartHigh, cpu_low_ms = :cpuLow, cpu_high_ms = :cpuHigh,
        reaped_low_ms = :reapedLow, reaped_high_ms = :reapedHigh,
        accounted_ms = :accountedMs, guessed_ms = :guessedMs`),
    setMeasures: db.prepare<number[]>(`
      UPDATE followed SET
        narrow_start_low_boot_ms = ?, narrow_start_high_boot_ms = ?, cpu_low_ms = ?, cpu_high_ms = ?,
        reaped_low_ms = ?, reaped_high_ms = ?, accounted_ms = ?, guessed_ms = ?
      WHERE process_id = ?`),
    delete: db.prepare<[number]>('DELETE FROM followed WHERE process_id = ?'),
  };
}
