import type Database from 'better-sqlite3';
import { type CpuTime, cpuTime } from '../tracker/estimate.js';
import { type Interval, sameInterval } from '../tracker/interval.js';
import type { Condition, Lifecycle, Slice } from '../tracker/lifecycle.js';
import type { AccountIds, NameTables } from './names.js';

/** The part of a lifecycle that its row in `followed` holds. */
export type LoadedFollowed = Pick<
  Lifecycle,
  | 'processId'
  | 'condition'
  | 'account'
  | 'sampledTwice'
  | 'splits'
  | 'narrowStart'
  | 'cpu'
  | 'accountedMs'
  | 'guessedMs'
> & {
  reaped: Interval;
  /** Its CPU time and end are in `credit`. */
  slice: Pick<Slice, 'quarterMs' | 'fromMs' | 'changed' | 'estimated'>;
};

interface FollowedRow {
  process_id: number;
  condition: Condition;
  user_id: number;
  program_id: number;
  command_id: number;
  sampled_twice: number;
  quarter_ms: number;
  splits: number;
  slice_from_ms: number;
  slice_changed: number;
  slice_estimated: number;
  narrow_start_low_boot_ms: number;
  narrow_start_high_boot_ms: number;
  cpu_low_ms: number;
  cpu_high_ms: number;
  reaped_low_ms: number;
  reaped_high_ms: number;
  accounted_ms: number;
  guessed_ms: number;
}

/** The table `followed`. While a process lives only measures change at most ticks. */
export class FollowedTable {
  /** As last written in this run; rows that are not here are written whole. */
  readonly #written = new Map<number, Lifecycle>();
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    private readonly names: NameTables,
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

  load(bootId: number): LoadedFollowed[] {
    return this.#statements.load.all(bootId).flatMap((row) => this.#toFollowed(row) ?? []);
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
    const ids = this.names.writeAccount(lifecycle.account);
    if (lifecycle.isKernelThread) this.#statements.insertKernelProgram.run(ids);
    this.#statements.upsert.run({
      ...ids,
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

  #toFollowed(row: FollowedRow): LoadedFollowed | undefined {
    const { user_id: userId, program_id: programId, command_id: commandId } = row;
    const account = this.names.loadAccount({ userId, programId, commandId });
    if (account === undefined) return undefined;
    return {
      processId: row.process_id,
      condition: row.condition,
      account,
      sampledTwice: row.sampled_twice === 1,
      splits: row.splits,
      slice: {
        quarterMs: row.quarter_ms,
        fromMs: row.slice_from_ms,
        changed: row.slice_changed === 1,
        estimated: row.slice_estimated === 1,
      },
      narrowStart: {
        lowMs: row.narrow_start_low_boot_ms,
        highMs: row.narrow_start_high_boot_ms,
      },
      cpu: toCpuTime(row),
      reaped: { lowMs: row.reaped_low_ms, highMs: row.reaped_high_ms },
      accountedMs: row.accounted_ms,
      guessedMs: row.guessed_ms,
    };
  }
}

/** Boots other than this one that left processes behind. */
export function findEarlierBoots(db: Database.Database, bootId: number): number[] {
  return db
    .prepare<[number], number>(
      'SELECT DISTINCT boot_id FROM followed JOIN process USING (process_id) WHERE boot_id <> ?',
    )
    .pluck()
    .all(bootId);
}

/** Where the best value was is not kept; a process that has shown no CPU time yet has probably used none. */
function toCpuTime({ cpu_low_ms: lowMs, cpu_high_ms: highMs }: FollowedRow): CpuTime {
  return cpuTime({ lowMs, highMs }, lowMs === 0 ? 0 : undefined);
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
    insertKernelProgram: db.prepare<[AccountIds]>(
      `INSERT INTO kernel_program (program_id, user_id) VALUES (:programId, :userId)
       ON CONFLICT DO NOTHING`,
    ),
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
    load: db.prepare<[number], FollowedRow>(
      'SELECT followed.* FROM followed JOIN process USING (process_id) WHERE boot_id = ?',
    ),
  };
}
