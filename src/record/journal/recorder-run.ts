import type Database from 'better-sqlite3';
import type { ClockStep, Gap } from '../clock.js';
import type { EndedRecorder } from '../tracker/self.js';
import type { UnmatchedProgram } from '../unmatched-programs.js';

/** What a run records, and how; set at its start. */
export interface RunStart {
  pid: number;
  version: string;
  host: string;
  vcpus: number;
  programs: string[];
  users: string[];
  forks: boolean;
  intervalMs: number;
  /** `own`: the kernel hides other users' processes from this one. */
  visibility: 'all' | 'own';
  precision: 'cuu' | 'pcpu';
  anchorMs: number;
  startedMs: number;
}

/** What a run records. */
export type RunSelection = Pick<RunStart, 'programs' | 'users' | 'forks'>;

export interface Heartbeat {
  lastTickMs: number;
  lastTickBootMs: number;
  anchorMs: number;
  /** The recorder's own parent, and what it has used since it started; null when unknown. */
  ppid: number | null;
  cpuMs: number | null;
  /** 1 where the sample showed that ps can't tell ages. */
  agesUnknown: 0 | 1;
  /** 1 where the sample showed nearly all users as the one who stands for those without a uid here. */
  usersUnmapped: 0 | 1;
  /** Names that nothing has matched for a minute. */
  unmatched: readonly UnmatchedProgram[];
}

/** What tells how much was recorded since the heartbeat before. */
type Recorded = Pick<Heartbeat, 'lastTickMs' | 'lastTickBootMs'> & { runId: number; gapMs: number };

type HeartbeatRow = Omit<Heartbeat, 'unmatched'> & { unmatched: string; runId: number };

const MAX_DETAIL_LENGTH = 200;

/** The row of one run of the recorder, and what happens to it. */
export class RunWriter {
  readonly #heartbeat: Database.Statement<[HeartbeatRow]>;
  readonly #countRecorded: Database.Statement<[Recorded]>;
  #lastGap: Gap | undefined;
  readonly #extendGap: Database.Statement<[Gap & { runId: number }]>;
  readonly #gap: Database.Statement<[Gap & { runId: number }]>;
  readonly #step: Database.Statement<[ClockStep & { runId: number }]>;
  readonly #end: Database.Statement<[{ runId: number; endedMs: number; reason: string }]>;

  /** @param runId of a run that has begun: see `beginRun` */
  constructor(
    db: Database.Database,
    private readonly runId: number,
  ) {
    this.#heartbeat = db.prepare(
      `UPDATE recorder_run
       SET last_tick_ms = :lastTickMs, last_tick_boot_ms = :lastTickBootMs, anchor_ms = :anchorMs,
           ppid = :ppid, cpu_ms = :cpuMs, ages_unknown = max(ages_unknown, :agesUnknown),
           users_unmapped = max(users_unmapped, :usersUnmapped), unmatched_programs = :unmatched
       WHERE run_id = :runId`,
    );
    this.#countRecorded = db.prepare(
      `INSERT INTO host_counter (only, cpu_ms, recorder_cpu_ms, recorded_ms)
       SELECT 1, 0, 0, max(0, :lastTickBootMs - :gapMs
         - ifnull(last_tick_boot_ms, :lastTickBootMs - :lastTickMs + started_ms))
       FROM recorder_run WHERE run_id = :runId
       ON CONFLICT DO UPDATE SET recorded_ms = recorded_ms + excluded.recorded_ms`,
    );
    this.#gap = db.prepare(
      `INSERT INTO gap (run_id, from_ms, to_ms, duration_ms, reason, detail)
       VALUES (:runId, :fromMs, :toMs, :durationMs, :reason, :detail)`,
    );
    this.#extendGap = db.prepare(
      `UPDATE gap SET to_ms = :toMs, duration_ms = duration_ms + :durationMs
       WHERE run_id = :runId AND to_ms = :fromMs AND reason = :reason`,
    );
    this.#step = db.prepare(
      'INSERT INTO clock_step (run_id, before_ms, after_ms) VALUES (:runId, :beforeMs, :afterMs)',
    );
    this.#end = db.prepare(
      'UPDATE recorder_run SET ended_ms = :endedMs, end_reason = :reason WHERE run_id = :runId',
    );
  }

  /** @param gapMs how much of the time since the one before lacks samples */
  heartbeat(heartbeat: Heartbeat, gapMs = 0): void {
    const { lastTickMs, lastTickBootMs } = heartbeat;
    this.#countRecorded.run({ lastTickMs, lastTickBootMs, gapMs, runId: this.runId });
    const unmatched = JSON.stringify(heartbeat.unmatched);
    this.#heartbeat.run({ ...heartbeat, unmatched, runId: this.runId });
  }

  /** Gaps that follow each other, for the same reason, are one. */
  gap(gap: Gap): void {
    const goesOn = this.#lastGap?.toMs === gap.fromMs && this.#lastGap.reason === gap.reason;
    this.#lastGap = gap;
    if (goesOn && this.#extendGap.run({ ...gap, runId: this.runId }).changes > 0) return;
    this.#gap.run({
      ...gap,
      detail: gap.detail?.slice(0, MAX_DETAIL_LENGTH) ?? null,
      runId: this.runId,
    });
  }

  clockStep(step: ClockStep): void {
    this.#step.run({ ...step, runId: this.runId });
  }

  end(endedMs: number, reason: 'stopped' | 'failed'): void {
    this.#end.run({ runId: this.runId, endedMs, reason });
  }
}

/** Writes the begin of a run. */
export function beginRun(db: Database.Database, bootId: number, start: RunStart): number {
  const inserted = db
    .prepare<[Record<string, number | string>]>(
      `INSERT INTO recorder_run
         (boot_id, pid, version, host, vcpus, programs, users, forks, interval_ms, visibility, precision,
          anchor_ms, started_ms)
       VALUES (:bootId, :pid, :version, :host, :vcpus, :programs, :users, :forks, :intervalMs, :visibility,
          :precision, :anchorMs, :startedMs)`,
    )
    .run({ ...start, bootId, ...writeSelection(start) });
  return Number(inserted.lastInsertRowid);
}

/** The pid of the recorder that holds the journal, for another that finds it locked. */
export function runningPid(db: Database.Database): number | undefined {
  return db
    .prepare<[], number>(
      'SELECT pid FROM recorder_run WHERE ended_ms IS NULL ORDER BY run_id DESC LIMIT 1',
    )
    .pluck()
    .get();
}

/** Ends the runs that could not end themselves, at their last tick. */
export function endCrashedRuns(db: Database.Database, bootId: number): void {
  db.prepare<[number]>(
    `UPDATE recorder_run
     SET ended_ms = coalesce(last_tick_ms, started_ms),
         end_reason = iif(boot_id = ?, 'crashed', 'rebooted')
     WHERE ended_ms IS NULL`,
  ).run(bootId);
}

/** The last run of a boot, as of its last tick. */
interface LastRun {
  anchorMs: number;
  lastTickBootMs: number;
  /** Undefined where it is not known what it used. */
  endedRecorder: EndedRecorder | undefined;
  sameSelection: boolean;
}

interface LastRunRow {
  pid: number;
  ppid: number | null;
  cpu_ms: number | null;
  last_tick_boot_ms: number;
  anchor_ms: number;
  programs: string;
  users: string;
  forks: number;
}

/**
 * The last run of this boot that has ticked; undefined when there was none. The first tick of a run puts the one
 * before on account, so this is the only one that is not.
 *
 * @param selection of the next run, which may be the same
 */
export function loadLastRun(
  db: Database.Database,
  bootId: number,
  selection: RunSelection | undefined,
): LastRun | undefined {
  const row = db
    .prepare<[number], LastRunRow>(
      `SELECT pid, ppid, cpu_ms, last_tick_boot_ms, anchor_ms, programs, users, forks FROM recorder_run
       WHERE boot_id = ? AND last_tick_boot_ms IS NOT NULL ORDER BY run_id DESC LIMIT 1`,
    )
    .get(bootId);
  if (row === undefined) return undefined;
  const { pid, ppid, cpu_ms: cpuMs, last_tick_boot_ms: lastTickBootMs } = row;
  const isKnown = ppid !== null && cpuMs !== null;
  return {
    anchorMs: row.anchor_ms,
    lastTickBootMs,
    endedRecorder: isKnown ? { pid, ppid, cpuMs, lastTickBootMs } : undefined,
    sameSelection: selection !== undefined && isSameSelection(selection, row),
  };
}

function isSameSelection(selection: RunSelection, row: LastRunRow): boolean {
  const { programs, users, forks } = writeSelection(selection);
  return programs === row.programs && users === row.users && forks === row.forks;
}

function writeSelection({ programs, users, forks }: RunSelection) {
  return {
    programs: JSON.stringify(programs),
    users: JSON.stringify(users),
    forks: Number(forks),
  };
}

/** The number of this boot of the machine in the journal; a new one where it is not known yet. */
export function writeBoot(db: Database.Database, kernelBootId: string): number {
  db.prepare<[string]>('INSERT INTO boot (kernel_boot_id) VALUES (?) ON CONFLICT DO NOTHING').run(
    kernelBootId,
  );
  const id = db
    .prepare<[string], number>('SELECT boot_id FROM boot WHERE kernel_boot_id = ?')
    .pluck()
    .get(kernelBootId);
  if (id === undefined) throw new Error('a boot that was just written is not there');
  return id;
}
