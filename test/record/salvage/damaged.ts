import { closeSync, fstatSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { salvage } from '../../../src/record/salvage/salvage.js';
import { PsusageError } from '../../../src/shared/errors.js';
import { QUARTER_HOUR_MS } from '../../../src/shared/units.js';
import { plan } from '../../simulation/kernel.js';
import { SimulatedMachine } from '../../simulation/machine.js';
import { temporaryFolder } from '../../temporary-folder.js';

export const PAGE_BYTES = 4_096;

const BOOTED_MS = Date.UTC(2026, 10, 24, 9);

/** A simulated machine with a journal in a folder of its own. */
export function newMachine(): SimulatedMachine {
  return new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: BOOTED_MS,
  });
}

/** A hundred processes of eight users, of which some live on, over half an hour. */
export async function recordHalfAnHour(machine: SimulatedMachine): Promise<void> {
  machine.processes = Array.from({ length: 100 }, (_, index) =>
    plan({
      pid: 1_000 + index,
      startMs: index * 18_000,
      lifeMs: index % 20 === 0 ? Infinity : 30_000 + index * 100,
      percent: 3 + (index % 7) * 5,
      uid: 1_001 + (index % 8),
      comm: `worker${index % 5}`,
    }),
  );
  machine.start();
  for (let tick = 0; tick < 180; tick += 1) await machine.tick(10_000);
}

/** The journals beside this one that were set aside. */
export function setAsideBeside(journal: string): string[] {
  const isOne = (name: string) =>
    name.startsWith(`${basename(journal)}.damaged-`) && !/-(?:wal|shm)$/.test(name);
  return readdirSync(dirname(journal))
    .filter(isOne)
    .map((name) => join(dirname(journal), name));
}

export interface Salvaged {
  path: string;
  said: string[];
  /** Whether nothing is missing. */
  isWhole: boolean;
}

export function salvaged(damaged: string): Salvaged {
  const path = join(temporaryFolder(), 'salvaged.db');
  const said: string[] = [];
  try {
    salvage(damaged, path, (line) => said.push(line));
    return { path, said, isWhole: true };
  } catch (error) {
    if (error instanceof PsusageError && error.code === 'SALVAGE') {
      return { path, said, isWhole: false };
    }
    throw error;
  }
}

/** Overwrites part of a file, and returns what was there. */
export function overwrite(path: string, at: number, bytes: Uint8Array): Buffer {
  const file = openSync(path, 'r+');
  try {
    const before = Buffer.alloc(Math.min(bytes.length, Math.max(0, fstatSync(file).size - at)));
    readSync(file, before, 0, before.length, at);
    writeSync(file, bytes, 0, before.length, at);
    return before;
  } finally {
    closeSync(file);
  }
}

export function overwritePage(
  path: string,
  page: number,
  bytes: Uint8Array = new Uint8Array(PAGE_BYTES),
): void {
  overwrite(path, (page - 1) * PAGE_BYTES, bytes);
}

/** Every row of a table, or what else is selected. */
export function rowsOf(path: string, sql: string): unknown[] {
  return read(path, (db) => db.prepare(sql).raw().all());
}

/** What people see of a journal's records. */
export const RECORDS = `
  SELECT credit_id, pid, uid, user, program, command, "from", "to", cpu_seconds FROM credit_record ORDER BY credit_id`;

/** Sums by quarter-hour, user, program and command. */
export const SUMS = `
  SELECT quarter_ms, uid, user.name, program.name, command.name, cpu_ms, unseen_cpu_ms
  FROM usage JOIN user USING (user_id) JOIN name AS program ON program.name_id = program_id
  JOIN name AS command ON command.name_id = command_id
  ORDER BY 1, 2, 3, 4, 5`;

/** The sums of each quarter-hour by uid, as text. */
export function sumsByQuarter(path: string): Map<number, string> {
  const rows = rowsOf(
    path,
    `SELECT quarter_ms, group_concat(uid || ' ' || cpu_ms || ' ' || unseen_cpu_ms, ', ') FROM (
       SELECT quarter_ms, uid, sum(cpu_ms) AS cpu_ms, sum(unseen_cpu_ms) AS unseen_cpu_ms
       FROM usage JOIN user USING (user_id) GROUP BY quarter_ms, uid ORDER BY quarter_ms, uid)
     GROUP BY quarter_ms`,
  );
  return new Map(rows as [number, string][]);
}

/** Whether a quarter-hour counts as not recorded: it is a gap, or no run is known that it lies in. */
export function unrecordedQuarters(path: string): (quarterMs: number) => boolean {
  const gaps = rowsOf(path, "SELECT from_ms, to_ms FROM gap WHERE reason = 'damaged'");
  const runs = rowsOf(path, 'SELECT started_ms, last_tick_ms FROM recorder_run');
  const isIn = (spans: unknown[], quarterMs: number) =>
    (spans as [number, number][]).some(
      ([fromMs, toMs]) => fromMs < quarterMs + QUARTER_HOUR_MS && toMs > quarterMs,
    );
  return (quarterMs) => isIn(gaps, quarterMs) || !isIn(runs, quarterMs);
}

/** Asks a journal that may be written meanwhile. */
export function read<T>(path: string, ask: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}
