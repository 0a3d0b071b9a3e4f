import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beginNumbersAt } from '../../../src/record/journal/numbers.js';
import { repair } from '../../../src/record/repair/repair.js';
import { closeJournal, openJournal } from '../../../src/shared/journal/open.js';
import { plan } from '../../simulation/kernel.js';
import { SimulatedMachine } from '../../simulation/machine.js';
import { temporaryFolder } from '../../temporary-folder.js';

const BOOTED_MS = Date.UTC(2026, 10, 24, 9);
const FAR_ABOVE = 1_000_000;

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

/** An empty journal that took the place of a damaged one. */
export function journalInPlace(): string {
  const path = join(temporaryFolder(), 'psusage.db');
  const db = openJournal(path, BOOTED_MS);
  beginNumbersAt(db, { process: FAR_ABOVE, credit: FAR_ABOVE });
  closeJournal(db);
  return path;
}

/** Runs the repair and tells what it said. */
export function repaired(journal: string, damaged: string): string[] {
  const said: string[] = [];
  const print = (line: string) => said.push(line);
  repair({ journal, damaged, hostname: 'web1' }, { print, progress: print });
  return said;
}

/** Overwrites part of a file, and returns what was there. */
export function overwrite(path: string, at: number, bytes: Buffer): Buffer {
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

/** What people see of a journal's records. */
export function recordsOf(path: string): string[] {
  return read(path, (db) =>
    db
      .prepare<[], string>(
        `SELECT credit_id || ' ' || uid || ' ' || program || ' ' || command || ' ' || "from" || ' ' || cpu_seconds
         FROM credit_record ORDER BY credit_id`,
      )
      .pluck()
      .all(),
  );
}

/** Sums by quarter-hour, user, program and command. */
export function sumsOf(path: string): unknown[] {
  return read(path, (db) =>
    db
      .prepare(
        `SELECT quarter_ms, uid, program.name AS program, command.name AS command, cpu_ms, started, taken_over
         FROM usage JOIN user USING (user_id) JOIN name AS program ON program.name_id = program_id
         JOIN name AS command ON command.name_id = command_id
         ORDER BY 1, 2, 3, 4`,
      )
      .all(),
  );
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
