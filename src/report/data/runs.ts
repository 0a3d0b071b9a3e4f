import type Database from 'better-sqlite3';
import type { Span } from '../../shared/days.js';

/**
 * ps gave no snapshot, it came late, the host slept, or the journal could not be written. `damaged`: what was recorded
 * can't be read any more, in whole quarter-hours whatever the clock did.
 */
export type GapReason = 'ps' | 'late' | 'suspended' | 'journal' | 'damaged';

/** A stretch within a run without a sample. */
export interface SampleGap {
  fromMs: number;
  /** Past a clock step within the gap this is the new clock's time, and may be before `fromMs`. */
  toMs: number;
  /** How long it lasted by the time since boot, whatever the clock did. */
  durationMs: number;
  reason: GapReason;
}

/** The wall clock jumped: what would have been `beforeMs` became `afterMs`. */
export interface ClockStep {
  beforeMs: number;
  afterMs: number;
}

/** When a recorder took samples. Gaps and steps are in the order in which they happened. */
export interface SampledRun {
  vcpus: number;
  startedMs: number;
  lastTickMs: number;
  intervalMs: number;
  /** Null while it runs, and after a crash until the next start. */
  endedMs: number | null;
  gaps: readonly SampleGap[];
  steps: readonly ClockStep[];
}

/** One start of the recorder, from which at least one sample came. */
export interface RecorderRun extends SampledRun {
  host: string;
  version: string;
  /** As named on the recorder's command line; empty when every process was recorded. */
  programs: string[];
  /** Empty when every user was recorded. */
  users: string[];
  forks: boolean;
  /** `own` where the kernel hid other users' processes from the recorder. */
  visibility: 'all' | 'own';
  /** `pcpu` where ps showed whole seconds and one decimal, as procps 3.3 does. */
  precision: 'cuu' | 'pcpu';
  /** False where ps could not tell how old processes are. */
  areAgesKnown: boolean;
  /** True where nearly all users were one to the recorder, whose user namespace did not know them. */
  areUsersUnmapped: boolean;
  /** Null while it runs, and after a crash until the next start. */
  endReason: 'stopped' | 'failed' | 'crashed' | 'rebooted' | null;
}

type RunRow = Omit<
  RecorderRun,
  'programs' | 'users' | 'forks' | 'gaps' | 'steps' | 'areAgesKnown' | 'areUsersUnmapped'
> & {
  agesUnknown: 0 | 1;
  usersUnmapped: 0 | 1;
  runId: number;
  programs: string;
  users: string;
  forks: 0 | 1;
};

/** All of time, for those who ask for every run. */
export const ALL_TIME: Span = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };

/** When the first sample that the journal knows of was taken; undefined where there is none. */
export function readFirstRecordedMs(db: Database.Database): number | undefined {
  return (
    db
      .prepare<[], number | null>(
        'SELECT min(started_ms) FROM recorder_run WHERE last_tick_ms IS NOT NULL',
      )
      .pluck()
      .get() ?? undefined
  );
}

/** When the last sample that the journal knows of was taken; undefined where there is none. */
export function readLastRecordedMs(db: Database.Database): number | undefined {
  return (
    db.prepare<[], number | null>('SELECT max(last_tick_ms) FROM recorder_run').pluck().get() ??
    undefined
  );
}

/** The runs that may have taken samples within a stretch, in the order of their starts. */
export function readRuns(db: Database.Database, within: Span): RecorderRun[] {
  const rows = db
    .prepare<Span, RunRow>(
      `SELECT
         run_id AS runId, host, version, vcpus, programs, users, forks, visibility, precision,
         ages_unknown AS agesUnknown, users_unmapped AS usersUnmapped,
         interval_ms AS intervalMs, started_ms AS startedMs, last_tick_ms AS lastTickMs,
         ended_ms AS endedMs, end_reason AS endReason
       FROM recorder_run
       WHERE last_tick_ms IS NOT NULL AND (
         (started_ms < @toMs AND (last_tick_ms > @fromMs OR ended_ms IS NULL))
         OR run_id IN (SELECT run_id FROM clock_step)
       )
       ORDER BY run_id`,
    )
    .all(within);
  return rows.map(({ runId, programs, users, forks, agesUnknown, usersUnmapped, ...row }) => {
    const steps = readSteps(db, runId);
    return {
      ...row,
      programs: parseTexts(programs),
      users: parseTexts(users),
      forks: forks === 1,
      areAgesKnown: agesUnknown === 0,
      areUsersUnmapped: usersUnmapped === 1,
      gaps: readGaps(db, runId, steps.length === 0 ? within : ALL_TIME),
      steps,
    };
  });
}

/** A run whose clock was set needs all its gaps, because its times are not in order. */
function readGaps(db: Database.Database, runId: number, within: Span): SampleGap[] {
  return db
    .prepare<Span & { runId: number }, SampleGap>(
      `SELECT from_ms AS fromMs, to_ms AS toMs, duration_ms AS durationMs, reason FROM gap
       WHERE run_id = @runId AND from_ms < @toMs AND to_ms > @fromMs
       ORDER BY gap_id`,
    )
    .all({ ...within, runId });
}

function readSteps(db: Database.Database, runId: number): ClockStep[] {
  return db
    .prepare<[number], ClockStep>(
      `SELECT before_ms AS beforeMs, after_ms AS afterMs FROM clock_step
       WHERE run_id = ? ORDER BY step_id`,
    )
    .all(runId);
}

/** A JSON list of texts, as the columns `programs` and `users` hold one. */
export function parseTexts(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

/** Whether every process of the host could be seen: nothing was left out, and nothing was hidden. */
export function isWholeHost(
  runs: readonly Pick<RecorderRun, 'programs' | 'users' | 'visibility'>[],
): boolean {
  return runs.every(
    ({ programs, users, visibility }) =>
      programs.length === 0 && users.length === 0 && visibility === 'all',
  );
}
