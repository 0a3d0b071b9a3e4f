import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { StateTables } from '../../../src/record/journal/state-tables.js';
import type { TickChanges } from '../../../src/record/tracker/change-set.js';
import { emptyState } from '../../../src/record/tracker/state.js';
import { observe, settleAll } from '../../../src/record/tracker/tracker.js';
import { closeJournal, openJournal } from '../../../src/shared/journal/open.js';
import { type Plan, plan, simulatedPs } from '../../simulation/kernel.js';
import { temporaryFolder } from '../../temporary-folder.js';

const BOOT_ID = 1;

/** Half a minute before a quarter-hour. */
const BOOTED_MS = Date.UTC(2026, 5, 1, 11, 59, 20);
const SELECTION = { programs: [], forks: true, users: new Set<string>(), recorderPid: 4_242 };
const TABLES = ['process', 'followed', 'credit', 'usage', 'user', 'name'];

/** Everything that changes a row: users and commands, parents, children, zombies, ends, a pid used again. */
const PROCESSES: Plan[] = [
  plan({ pid: 1, ppid: 0, uid: 0, comm: 'init' }),
  plan({ pid: 100, percent: 30, uid: 0, comm: 'php-fpm8.2' }),
  plan({ pid: 101, ppid: 100, percent: 80, changes: [{ atAgeMs: 20_000, uid: 1002 }] }),
  plan({ pid: 102, ppid: 100, percent: 5, changes: [{ atAgeMs: 15_000, comm: 'other' }] }),
  plan({ pid: 103, percent: 200, startMs: 14_200, lifeMs: 12_000, zombieMs: 4_000 }),
  plan({ pid: 104, ppid: 100, percent: 90, startMs: 15_500, lifeMs: 3_300 }),
  plan({ pid: 104, ppid: 100, percent: 50, startMs: 24_700, lifeMs: 30_000 }),
  plan({ pid: 105, ppid: 100, percent: 100, startMs: 18_010, lifeMs: 400 }),
  plan({ pid: 106, percent: 60, idleFromAgeMs: 25_000 }),
  plan({ pid: 107, ppid: 106, percent: 40, lifeMs: 21_000 }),
];

/** What 40 samples a second apart change: over a gap, the end of a quarter-hour, and a clock that is set. */
function history(): TickChanges[] {
  let state = emptyState(BOOTED_MS, { process: 1, credit: 1 });
  const ticks = Array.from({ length: 40 }, (_, at) => {
    const anchorMs = at < 34 ? BOOTED_MS : BOOTED_MS + 5_000;
    const snapshot = simulatedPs(PROCESSES, 12_000 + at * 1_000);
    const next = observe(state, snapshot, { anchorMs, afterGap: at === 10 }, SELECTION);
    state = next.state;
    return next.changes;
  });
  return [...ticks, settleAll(state).changes];
}

function newJournal(): Database.Database {
  const db = openJournal(join(temporaryFolder(), 'psusage.db'), 0);
  db.pragma('synchronous = OFF');
  db.prepare("INSERT INTO boot (boot_id, kernel_boot_id) VALUES (?, 'a boot')").run(BOOT_ID);
  return db;
}

function rowsOf(db: Database.Database): Record<string, unknown[]> {
  const rows = TABLES.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()] as const);
  return Object.fromEntries(rows);
}

/** Writes each tick as a recorder does that has just started: all rows whole. */
function writeWhole(db: Database.Database, ticks: readonly TickChanges[]): void {
  for (const tick of ticks) new StateTables(db, BOOT_ID).write(tick);
}

test('rows that are written change by change become those that are written whole', () => {
  const [changed, whole] = [newJournal(), newJournal()];
  const writer = new StateTables(changed, BOOT_ID);
  for (const [at, tick] of history().entries()) {
    writer.write(tick);
    writeWhole(whole, [tick]);
    expect(rowsOf(changed), `after tick ${at}`).toEqual(rowsOf(whole));
  }
  closeJournal(changed);
  closeJournal(whole);
});

test('a tick that was undone is written in full at the next attempt', () => {
  const [changed, whole] = [newJournal(), newJournal()];
  const writer = new StateTables(changed, BOOT_ID);
  for (const tick of history()) {
    const failing = changed.transaction(() => {
      writer.write(tick);
      throw new Error('the disk is full');
    });
    expect(failing).toThrow('the disk is full');
    writer.forget();
    writer.write(tick);
  }
  writeWhole(whole, history());
  expect(rowsOf(changed)).toEqual(rowsOf(whole));
  closeJournal(changed);
  closeJournal(whole);
});

test('of a process that lives on, neither its accounts nor its identity are written again', () => {
  const db = newJournal();
  const writer = new StateTables(db, BOOT_ID);
  const ticks = history();
  const next = ticks[5];
  for (const tick of ticks.slice(0, 5)) writer.write(tick);
  db.exec(`
    CREATE TEMP TABLE written (name TEXT);
    CREATE TEMP TRIGGER p BEFORE UPDATE OF ppid ON main.process WHEN old.pid = 106
      BEGIN INSERT INTO written VALUES ('process'); END;
    CREATE TEMP TRIGGER f BEFORE UPDATE OF user_id ON main.followed WHEN old.process_id = ${idOf(db, 106)}
      BEGIN INSERT INTO written VALUES ('followed'); END;
    CREATE TEMP TRIGGER c BEFORE UPDATE OF user_id ON main.credit WHEN old.process_id = ${idOf(db, 106)}
      BEGIN INSERT INTO written VALUES ('credit'); END;`);
  const before = cpuMsOf(db, 106);
  if (next !== undefined) writer.write(next);
  expect(cpuMsOf(db, 106)).toBeGreaterThan(before);
  expect(db.prepare('SELECT name FROM written').pluck().all()).toEqual([]);
  closeJournal(db);
});

function idOf(db: Database.Database, pid: number): number {
  return Number(db.prepare('SELECT process_id FROM process WHERE pid = ?').pluck().get(pid));
}

function cpuMsOf(db: Database.Database, pid: number): number {
  return Number(db.prepare('SELECT cpu_ms FROM process WHERE pid = ?').pluck().get(pid));
}
