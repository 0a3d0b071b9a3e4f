import type Database from 'better-sqlite3';
import { type CpuTime, cpuTime } from '../tracker/estimate.js';
import type { Condition, Lifecycle, Slice } from '../tracker/lifecycle.js';
import { quarterOf } from '../../shared/units.js';
import type { EndedRecorder } from '../tracker/self.js';
import { emptyState, type TrackerState } from '../tracker/state.js';
import { MAX_REMEMBERED_USERS } from '../tracker/user-names.js';
import type { UserNames } from '../ps/users.js';
import { loadNextIds } from './numbers.js';

interface FollowedRow {
  process_id: number;
  pid: number;
  ppid: number;
  start_low_boot_ms: number;
  start_high_boot_ms: number;
  narrow_start_low_boot_ms: number;
  narrow_start_high_boot_ms: number;
  started_ms: number;
  prior_cpu_ms: number;
  cpu_ms: number;
  condition: Condition;
  uid: number;
  user: string;
  program: string;
  command: string;
  sampled_twice: number;
  quarter_ms: number;
  splits: number;
  slice_from_ms: number;
  slice_changed: number;
  slice_estimated: number;
  cpu_low_ms: number;
  cpu_high_ms: number;
  reaped_low_ms: number;
  reaped_high_ms: number;
  accounted_ms: number;
  guessed_ms: number;
  credit_id: number | null;
  to_ms: number | null;
  slice_cpu_ms: number | null;
}

interface OpenCreditRow {
  process_id: number;
  credit_id: number;
  from_ms: number;
  to_ms: number;
  cpu_ms: number;
  changed: number;
  estimated: number;
}

interface LastTick {
  pid: number;
  ppid: number | null;
  cpu_ms: number | null;
  last_tick_boot_ms: number;
  anchor_ms: number;
  programs: string;
  users: string;
  forks: number;
}

/** What a run was asked to record. */
export interface AskedFor {
  programs: string[];
  users: string[];
  forks: boolean;
}

/**
 * What the tracker knew at the last tick that was written in this boot; undefined when there was none.
 *
 * @param asked what the run to come is asked for; undefined where none comes
 */
export function loadState(
  db: Database.Database,
  bootId: number,
  asked?: AskedFor,
): TrackerState | undefined {
  const last = db
    .prepare<[number], LastTick>(
      `SELECT pid, ppid, cpu_ms, last_tick_boot_ms, anchor_ms, programs, users, forks FROM recorder_run
       WHERE boot_id = ? AND last_tick_boot_ms IS NOT NULL ORDER BY run_id DESC LIMIT 1`,
    )
    .get(bootId);
  if (last === undefined) return undefined;
  const rows = db
    .prepare<[number], FollowedRow>(
      `SELECT followed.*, process.pid, process.ppid, process.start_low_boot_ms, process.start_high_boot_ms,
         process.started_ms, process.prior_cpu_ms, process.cpu_ms, user.uid, user.name AS user,
         program.name AS program, command.name AS command,
         credit.credit_id, credit.to_ms, credit.cpu_ms AS slice_cpu_ms
       FROM followed
       JOIN process USING (process_id)
       JOIN user USING (user_id)
       JOIN name AS program ON program.name_id = followed.program_id
       JOIN name AS command ON command.name_id = followed.command_id
       LEFT JOIN credit
         ON credit.process_id = followed.process_id AND credit.state = 0 AND credit.unseen = 0
       WHERE process.boot_id = ?`,
    )
    .all(bootId);
  const unseen = loadOpenUnseen(db);
  const lifecycles = rows.map((row) => ({
    ...lifecycleOf(row, last.last_tick_boot_ms),
    unseenSlice: unseen.get(row.process_id) ?? null,
  }));
  return {
    ...emptyState(last.anchor_ms, loadNextIds(db)),
    lifecycles: new Map(lifecycles.map((lifecycle) => [lifecycle.pid, lifecycle])),
    lastTickBootMs: last.last_tick_boot_ms,
    endedRecorder: endedRecorderOf(last),
    sameSelection: asked !== undefined && isSameSelection(asked, last),
  };
}

/**
 * Runs before the last one with a tick are on account already: its first tick put them there. Of one
 * without a tick nothing is known.
 */
function endedRecorderOf({
  pid,
  ppid,
  cpu_ms,
  last_tick_boot_ms,
}: LastTick): EndedRecorder | undefined {
  if (ppid === null || cpu_ms === null) return undefined;
  return { pid, ppid, cpuMs: cpu_ms, lastTickBootMs: last_tick_boot_ms };
}

function isSameSelection({ programs, users, forks }: AskedFor, last: LastTick): boolean {
  return (
    JSON.stringify(programs) === last.programs &&
    JSON.stringify(users) === last.users &&
    Number(forks) === last.forks
  );
}

function loadOpenUnseen(db: Database.Database): Map<number, Slice> {
  const rows = db
    .prepare<[], OpenCreditRow>('SELECT * FROM credit WHERE state = 0 AND unseen = 1')
    .all();
  return new Map(rows.map((row) => [row.process_id, sliceOf(row)]));
}

function sliceOf(row: OpenCreditRow): Slice {
  return {
    creditId: row.credit_id,
    quarterMs: quarterOf(row.from_ms),
    fromMs: row.from_ms,
    toMs: row.to_ms,
    cpuMs: row.cpu_ms,
    changed: row.changed === 1,
    estimated: row.estimated === 1,
  };
}

/** The name that each uid was seen with last; of too many users those that came last. */
export function loadUserNames(db: Database.Database): UserNames {
  const rows = db
    .prepare<[], [uid: number, name: string]>(
      `SELECT uid, name FROM (
         SELECT user_id, uid, name FROM user WHERE latest = 1
         ORDER BY user_id DESC LIMIT ${MAX_REMEMBERED_USERS}
       ) ORDER BY user_id`,
    )
    .raw()
    .all();
  return new Map(rows);
}

/** Boots other than this one that left processes behind. */
export function earlierBootsWithProcesses(db: Database.Database, bootId: number): number[] {
  return db
    .prepare<[number], number>(
      'SELECT DISTINCT boot_id FROM followed JOIN process USING (process_id) WHERE boot_id <> ?',
    )
    .pluck()
    .all(bootId);
}

/** Completes what was settling when the last run ended: who could have told more is not asked again. */
export function completeSettling(db: Database.Database): void {
  db.prepare('UPDATE credit SET state = 2 WHERE state = 1').run();
}

function lifecycleOf(row: FollowedRow, lastTickBootMs: number): Lifecycle {
  const reaped = {
    lowMs: row.reaped_low_ms,
    highMs: row.reaped_high_ms,
    fromBootMs: lastTickBootMs,
    toBootMs: lastTickBootMs,
    estimated: false,
  };
  return {
    processId: row.process_id,
    pid: row.pid,
    ppid: row.ppid,
    start: { lowMs: row.start_low_boot_ms, highMs: row.start_high_boot_ms },
    narrowStart: {
      lowMs: row.narrow_start_low_boot_ms,
      highMs: row.narrow_start_high_boot_ms,
    },
    startedMs: row.started_ms,
    condition: row.condition,
    account: { uid: row.uid, user: row.user, program: row.program, command: row.command },
    sampledTwice: row.sampled_twice === 1,
    cpu: loadCpuTime(row),
    rate: 0,
    reaped,
    reapedBefore: reaped,
    accountedMs: row.accounted_ms,
    guessedMs: row.guessed_ms,
    quietTicks: 0,
    priorCpuMs: row.prior_cpu_ms,
    chargedMs: row.cpu_ms - row.prior_cpu_ms,
    sampledBootMs: lastTickBootMs,
    movedBootMs: lastTickBootMs,
    splits: row.splits,
    slice: {
      creditId: row.credit_id,
      quarterMs: row.quarter_ms,
      fromMs: row.slice_from_ms,
      toMs: row.to_ms ?? row.slice_from_ms,
      cpuMs: row.slice_cpu_ms ?? 0,
      changed: row.slice_changed === 1,
      estimated: row.slice_estimated === 1,
    },
    unseenSlice: null,
  };
}

/** Where the best value was is not kept; a process that has shown no CPU time yet has probably used none. */
function loadCpuTime({ cpu_low_ms: lowMs, cpu_high_ms: highMs }: FollowedRow): CpuTime {
  return cpuTime({ lowMs, highMs }, lowMs === 0 ? 0 : undefined);
}
