import Database from 'better-sqlite3';

/** A process as the journal has it. */
export interface RecordedProcess {
  readonly processId: number;
  readonly pid: number;
  /** Without what it had used before it was followed. */
  readonly cpuMs: number;
  readonly priorCpuMs: number;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly endReason: string | null;
  /** The user of its last record; `null` when it has none. */
  readonly uid: number | null;
}

const PROCESSES = `
SELECT
  process_id AS processId, pid, cpu_ms - prior_cpu_ms AS cpuMs, prior_cpu_ms AS priorCpuMs,
  started_ms AS startedMs, ended_ms AS endedMs, end_reason AS endReason,
  (SELECT uid FROM credit JOIN user USING (user_id) WHERE credit.process_id = process.process_id AND unseen = 0
   ORDER BY to_ms DESC LIMIT 1) AS uid
FROM process ORDER BY process_id`;

/** A run of the recorder; moments in milliseconds since 1970. */
export interface RecorderRun {
  readonly startedMs: number;
  readonly lastTickMs: number | null;
  readonly endReason: string | null;
}

const RUNS = `
SELECT started_ms AS startedMs, last_tick_ms AS lastTickMs, end_reason AS endReason
FROM recorder_run ORDER BY run_id`;

/** A stretch without a sample while the recorder ran. */
export interface RecordedGap {
  readonly durationMs: number;
  readonly reason: string;
}

const GAPS = 'SELECT duration_ms AS durationMs, reason FROM gap ORDER BY gap_id';

const NOT_OVER = `
SELECT (SELECT count(*) FROM process WHERE ended_ms IS NULL)
     + (SELECT count(*) FROM credit WHERE state < 2) AS notOver`;

/** Opens a journal with nothing of psusage between, to read. */
export function openForeign(path: string): Database.Database {
  return new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
}

export function recordedProcesses(db: Database.Database): RecordedProcess[] {
  return db.prepare<[], RecordedProcess>(PROCESSES).all();
}

export function recorderRuns(db: Database.Database): RecorderRun[] {
  return db.prepare<[], RecorderRun>(RUNS).all();
}

export function recordedGaps(path: string): RecordedGap[] {
  const db = openForeign(path);
  try {
    return db.prepare<[], RecordedGap>(GAPS).all();
  } finally {
    db.close();
  }
}

/** How many processes still live and how many records are not complete, as the journal has it. */
export function countNotOver(db: Database.Database): number {
  return db.prepare<[], { notOver: number }>(NOT_OVER).get()?.notOver ?? 0;
}
