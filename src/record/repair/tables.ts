import type Database from 'better-sqlite3';
import type { NumberedTable } from './read-rows.js';

/** A row of `credit` in a damaged journal. */
export interface OldCredit {
  credit_id: number;
  process_id: number;
  user_id: number;
  program_id: number;
  command_id: number;
  from_ms: number;
  to_ms: number;
  cpu_ms: number;
  state: number;
  changed: number;
  estimated: number;
  ended: number;
  unseen: number;
}

export const CREDITS: NumberedTable = {
  name: 'credit',
  key: 'credit_id',
  columns: [
    'credit_id',
    'process_id',
    'user_id',
    'program_id',
    'command_id',
    'from_ms',
    'to_ms',
    'cpu_ms',
    'state',
    'changed',
    'estimated',
    'ended',
    'unseen',
  ],
};

/** A row of `process` in a damaged journal. */
export interface OldProcess {
  process_id: number;
  boot_id: number;
  pid: number;
  ppid: number;
  start_low_boot_ms: number;
  start_high_boot_ms: number;
  started_ms: number;
  prior_cpu_ms: number;
  cpu_ms: number;
  ended_ms: number | null;
  end_reason: string | null;
}

export const PROCESSES: NumberedTable = {
  name: 'process',
  key: 'process_id',
  columns: [
    'process_id',
    'boot_id',
    'pid',
    'ppid',
    'start_low_boot_ms',
    'start_high_boot_ms',
    'started_ms',
    'prior_cpu_ms',
    'cpu_ms',
    'ended_ms',
    'end_reason',
  ],
};

/** A row of `recorder_run` in a damaged journal. */
export interface OldRun {
  run_id: number;
  boot_id: number;
  pid: number;
  version: string;
  host: string;
  vcpus: number;
  programs: string;
  users: string;
  forks: number;
  interval_ms: number;
  visibility: string;
  precision: string;
  anchor_ms: number;
  started_ms: number;
  last_tick_ms: number | null;
  last_tick_boot_ms: number | null;
  ended_ms: number | null;
  end_reason: string | null;
}

export const RUNS: NumberedTable = {
  name: 'recorder_run',
  key: 'run_id',
  columns: [
    'run_id',
    'boot_id',
    'pid',
    'version',
    'host',
    'vcpus',
    'programs',
    'users',
    'forks',
    'interval_ms',
    'visibility',
    'precision',
    'anchor_ms',
    'started_ms',
    'last_tick_ms',
    'last_tick_boot_ms',
    'ended_ms',
    'end_reason',
  ],
};

export const GAPS: NumberedTable = {
  name: 'gap',
  key: 'gap_id',
  columns: ['gap_id', 'run_id', 'from_ms', 'to_ms', 'duration_ms', 'reason', 'detail'],
};

export const STEPS: NumberedTable = {
  name: 'clock_step',
  key: 'step_id',
  columns: ['step_id', 'run_id', 'before_ms', 'after_ms'],
};

/** What a process used by its own row, and what its records hold. */
export const PROCESS_SUM = `
  SELECT process.cpu_ms - prior_cpu_ms AS own_ms,
    (SELECT coalesce(sum(cpu_ms), 0) FROM (
       SELECT credit.cpu_ms FROM credit
       WHERE credit.process_id = process.process_id AND unseen = 0 LIMIT 1000000)) AS records_ms
  FROM process WHERE process_id = ?`;

/** To be followed by a direction. */
export function usageOf(db: Database.Database): string {
  return `
    SELECT quarter_ms, ${columnIn(db, 'user_id')}, program_id, command_id, cpu_ms, unseen_cpu_ms, started, taken_over,
      uncertain_ms
    FROM usage ORDER BY quarter_ms`;
}

/** What is read of a table's rows. */
export function columnsIn(db: Database.Database, { columns }: NumberedTable): string {
  return columns.map((column) => columnIn(db, column)).join(', ');
}

/** How a column is read: before version 8 a user's number was the uid. */
export function columnIn(db: Database.Database, column: string): string {
  return column === 'user_id' && !hasUserIds(db) ? 'uid AS user_id' : column;
}

/** Whether each name of a uid has a number of its own. */
export function hasUserIds(db: Database.Database): boolean {
  const sql = "SELECT 1 FROM pragma_table_info('user') WHERE name = 'user_id'";
  return db.prepare(sql).get() !== undefined;
}

/** A row of `point` in a damaged journal. */
export interface OldPoint {
  point_id: number;
  credit_id: number;
  series_id: number;
  timestamp_ms: number;
  serialiser: number;
}

export const POINTS: NumberedTable = {
  name: 'point',
  key: 'point_id',
  columns: ['point_id', 'credit_id', 'series_id', 'timestamp_ms', 'serialiser'],
};

/** A row of `refusal` in a damaged journal. */
export interface OldRefusal {
  point_id: number;
  refused_ms: number;
  status: number;
  words: string;
}
