import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type Database from 'better-sqlite3';
import { pidExists } from '../../shared/pid-exists.js';
import { MS_PER_SECOND } from '../../shared/units.js';
import { parseTexts } from '../data/runs.js';
import type { LastRun, UnmatchedProgram } from './facts.js';

/** This machine as it is now. */
export interface Machine {
  nowMs: number;
  /** Undefined where the system does not tell. */
  kernelBootId: string | undefined;
  /** Since the boot, as the recorder's clock of samples. */
  bootMs: number;
  isThere: (pid: number) => boolean;
}

export function thisMachine(nowMs: number): Machine {
  return {
    nowMs,
    kernelBootId: readBootId(),
    bootMs: uptime() * MS_PER_SECOND,
    isThere: pidExists,
  };
}

function readBootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

type RunRow = Omit<
  LastRun,
  | 'programs'
  | 'unmatched'
  | 'users'
  | 'forks'
  | 'areAgesKnown'
  | 'areUsersUnmapped'
  | 'silentMs'
  | 'isThere'
> & {
  agesUnknown: 0 | 1;
  usersUnmapped: 0 | 1;
  programs: string;
  unmatched: string;
  users: string;
  forks: 0 | 1;
  kernelBootId: string;
  lastTickBootMs: number | null;
};

/** What of a run tells the boot in which it recorded. */
interface BootOfRun {
  kernelBootId: string;
  lastTickMs: number | null;
  lastTickBootMs: number | null;
}

/** By how much the moment of a boot, as two readings have it, may differ. */
const SAME_MOMENT_MS = 2_000;

/**
 * The id alone does not tell: systemd-nspawn binds a container's own over the kernel's, and a service whose `/proc/sys` is
 * protected there sees the kernel's again.
 */
function isOfThisBoot(run: BootOfRun, { kernelBootId, nowMs, bootMs }: Machine): boolean {
  const { lastTickMs, lastTickBootMs } = run;
  if (run.kernelBootId === kernelBootId) return true;
  if (lastTickMs === null || lastTickBootMs === null || lastTickBootMs > bootMs) return false;
  return Math.abs(nowMs - bootMs - (lastTickMs - lastTickBootMs)) < SAME_MOMENT_MS;
}

/** Null where there is none. */
export function readLastRun(db: Database.Database, machine: Machine): LastRun | null {
  const row = db
    .prepare<[], RunRow>(
      `SELECT pid, host, programs, unmatched_programs AS unmatched, users, forks, visibility, precision, ages_unknown AS agesUnknown,
         users_unmapped AS usersUnmapped,
         interval_ms AS intervalMs, started_ms AS startedMs,
         last_tick_ms AS lastTickMs, last_tick_boot_ms AS lastTickBootMs, ended_ms AS endedMs,
         end_reason AS endReason, kernel_boot_id AS kernelBootId
       FROM recorder_run JOIN boot USING (boot_id) ORDER BY run_id DESC LIMIT 1`,
    )
    .get();
  if (row === undefined) return null;
  const {
    programs,
    users,
    forks,
    agesUnknown,
    usersUnmapped,
    kernelBootId,
    lastTickBootMs,
    ...run
  } = row;
  const isCurrentBoot = isOfThisBoot({ ...run, kernelBootId, lastTickBootMs }, machine);
  // A wall clock that was set says nothing of how long ago that was.
  const silentMs =
    isCurrentBoot && lastTickBootMs !== null
      ? machine.bootMs - lastTickBootMs
      : machine.nowMs - (run.lastTickMs ?? run.startedMs);
  return {
    ...run,
    programs: parseTexts(programs),
    unmatched: parseUnmatched(run.unmatched),
    users: parseTexts(users),
    forks: forks === 1,
    areAgesKnown: agesUnknown === 0,
    areUsersUnmapped: usersUnmapped === 1,
    silentMs: Math.max(0, silentMs),
    isThere: isCurrentBoot && machine.isThere(run.pid),
  };
}

/** As the recorder writes them: a list of names, each with names that come close. */
function parseUnmatched(json: string): UnmatchedProgram[] {
  return (JSON.parse(json) as Partial<UnmatchedProgram>[]).flatMap(({ program, near }) =>
    program === undefined ? [] : [{ program, near: near ?? [] }],
  );
}
