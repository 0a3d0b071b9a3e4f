import type Database from 'better-sqlite3';
import { sameInterval } from '../tracker/interval.js';
import type { Lifecycle, LifecycleEnd } from '../tracker/lifecycle.js';

/** The part of a lifecycle that its row in `process` holds. */
export type LoadedProcess = Pick<
  Lifecycle,
  'processId' | 'pid' | 'ppid' | 'start' | 'startedMs' | 'priorCpuMs' | 'chargedMs'
>;

interface ProcessRow {
  process_id: number;
  pid: number;
  ppid: number;
  start_low_boot_ms: number;
  start_high_boot_ms: number;
  started_ms: number;
  prior_cpu_ms: number;
  cpu_ms: number;
}

/** The table `process`. While a process lives its CPU time alone changes at most ticks. */
export class ProcessTable {
  /** As last written in this run; rows that are not here are written whole. */
  readonly #written = new Map<number, Lifecycle>();
  readonly #statements: ReturnType<typeof prepare>;

  constructor(
    db: Database.Database,
    private readonly bootId: number,
  ) {
    this.#statements = prepare(db);
  }

  write(lifecycle: Lifecycle): void {
    const { processId } = lifecycle;
    const written = this.#written.get(processId);
    if (written === undefined || !isSameButForCpu(written, lifecycle)) this.#upsert(lifecycle);
    else if (totalCpuMs(written) !== totalCpuMs(lifecycle)) this.#setCpu(lifecycle);
    this.#written.set(processId, lifecycle);
  }

  end(processId: number, { endedMs, reason }: LifecycleEnd): void {
    this.#statements.end.run(endedMs, reason, processId);
  }

  /** More is known of the CPU time of one that is gone. */
  correct(lifecycle: Lifecycle): void {
    this.#setCpu(lifecycle);
    this.#written.delete(lifecycle.processId);
  }

  /** It will not be written any more. */
  leave(processId: number): void {
    this.#written.delete(processId);
  }

  /** Those that are followed, by process id. */
  loadFollowed(): Map<number, LoadedProcess> {
    const rows = this.#statements.loadFollowed.all(this.bootId);
    return new Map(rows.map((row) => [row.process_id, toProcess(row)]));
  }

  /** To be called when the transaction was undone. */
  forget(): void {
    this.#written.clear();
  }

  #setCpu(lifecycle: Lifecycle): void {
    this.#statements.setCpu.run(totalCpuMs(lifecycle), lifecycle.processId);
  }

  #upsert(lifecycle: Lifecycle): void {
    const { processId, pid, ppid, start, startedMs, priorCpuMs, condition } = lifecycle;
    this.#statements.upsert.run({
      processId,
      bootId: this.bootId,
      pid,
      ppid,
      startLow: start.lowMs,
      startHigh: start.highMs,
      startedMs,
      priorCpuMs,
      cpuMs: totalCpuMs(lifecycle),
      isAlive: Number(condition === 'alive'),
    });
  }
}

function totalCpuMs({ priorCpuMs, chargedMs }: Lifecycle): number {
  return priorCpuMs + chargedMs;
}

function isSameButForCpu(before: Lifecycle, after: Lifecycle): boolean {
  return (
    before.ppid === after.ppid &&
    before.priorCpuMs === after.priorCpuMs &&
    before.condition === after.condition &&
    sameInterval(before.start, after.start)
  );
}

function toProcess(row: ProcessRow): LoadedProcess {
  return {
    processId: row.process_id,
    pid: row.pid,
    ppid: row.ppid,
    start: { lowMs: row.start_low_boot_ms, highMs: row.start_high_boot_ms },
    startedMs: row.started_ms,
    priorCpuMs: row.prior_cpu_ms,
    chargedMs: row.cpu_ms - row.prior_cpu_ms,
  };
}

function prepare(db: Database.Database) {
  return {
    upsert: db.prepare<Record<string, number>>(`
      INSERT INTO process
        (process_id, boot_id, pid, ppid, start_low_boot_ms, start_high_boot_ms, started_ms, prior_cpu_ms, cpu_ms)
      VALUES (:processId, :bootId, :pid, :ppid, :startLow, :startHigh, :startedMs, :priorCpuMs, :cpuMs)
      ON CONFLICT DO UPDATE SET
        ppid = :ppid, start_low_boot_ms = :startLow, start_high_boot_ms = :startHigh,
        prior_cpu_ms = :priorCpuMs, cpu_ms = :cpuMs,
        ended_ms = iif(:isAlive, NULL, ended_ms), end_reason = iif(:isAlive, NULL, end_reason)`),
    setCpu: db.prepare<[number, number]>('UPDATE process SET cpu_ms = ? WHERE process_id = ?'),
    end: db.prepare<[number, string, number]>(
      'UPDATE process SET ended_ms = ?, end_reason = ? WHERE process_id = ?',
    ),
    loadFollowed: db.prepare<[number], ProcessRow>(
      'SELECT process.* FROM process JOIN followed USING (process_id) WHERE boot_id = ?',
    ),
  };
}
