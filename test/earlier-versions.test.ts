import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { checkJournal } from '../bench/psusage/journal-checks.js';
import { RecorderJournal } from '../src/record/journal/recorder-journal.js';
import { linesOfDryRun } from '../src/record/ship/dry-run.js';
import { hasUserIds } from '../src/record/repair/tables.js';
import { readFacts } from '../src/report/status/read-facts.js';
import { bundledMigrations, journalVersion, latestVersion } from '../src/shared/journal/migrate.js';
import { closeJournal, openJournal } from '../src/shared/journal/open.js';
import { jsonOf } from './builders/report.js';
import { journalInPlace, recordsOf, repaired } from './record/repair/damaged.js';
import { simulatedRun } from './simulation/run-start.js';
import { temporaryFolder } from './temporary-folder.js';

const FOLDER = new URL('fixtures/journals/', import.meta.url);
const FILE_NAME = /^version-(\d+)\.db\.gz$/;

/** The versions of which a journal is kept. */
const VERSIONS = readdirSync(FOLDER)
  .flatMap((file) => FILE_NAME.exec(file)?.[1] ?? [])
  .map(Number)
  .sort((a, b) => a - b);

const MINUTE_MS = 60_000;

/** Puts the journal of a version into a folder, as its psusage left it. */
function journalOfVersion(version: number): string {
  const path = join(temporaryFolder(), 'psusage.db');
  writeFileSync(path, gunzipSync(readFileSync(new URL(`version-${version}.db.gz`, FOLDER))));
  return path;
}

function read<T>(path: string, ask: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}

/** What a column is called now: before version 8 the number of a user was the uid. */
function columnNow(column: string, version: number): string {
  return column === 'uid' && version < 8 ? 'user_id' : column;
}

/** Every row, by the columns of its table. */
type Rows = Record<string, { columns: string[]; rows: unknown[] }>;

function tablesOf(db: Database.Database): string[] {
  return db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migration' ORDER BY name",
    )
    .pluck()
    .all();
}

function rowsOf(db: Database.Database, table: string, columns: string[]): unknown[] {
  const list = columns.map((column) => `"${column}"`).join(', ');
  return db.prepare(`SELECT ${list} FROM "${table}" ORDER BY ${list}`).raw().all();
}

function everyRow(db: Database.Database): Rows {
  const tables = tablesOf(db).map((table) => {
    const columns = db
      .prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid')
      .pluck()
      .all(table);
    return [table, { columns, rows: rowsOf(db, table, columns) }] as const;
  });
  return Object.fromEntries(tables);
}

/** What each psusage has written in a way that has not changed since the first. */
interface Figures {
  lastTickMs: number;
  users: { uid: number; cpuMs: number }[];
  complete: number;
  living: number;
}

function figuresOf(db: Database.Database): Figures {
  const number = (sql: string) => db.prepare<[], number>(sql).pluck().get() ?? 0;
  return {
    lastTickMs: number('SELECT max(last_tick_ms) FROM recorder_run'),
    users: db
      .prepare<[], { uid: number; cpuMs: number }>(
        hasUserIds(db)
          ? `SELECT uid, sum(cpu_ms) AS cpuMs FROM usage JOIN user USING (user_id)
             GROUP BY user_id ORDER BY uid, cpuMs`
          : 'SELECT uid, sum(cpu_ms) AS cpuMs FROM usage GROUP BY uid ORDER BY uid',
      )
      .all(),
    complete: number('SELECT count(*) FROM credit WHERE state = 2'),
    living: number("SELECT count(*) FROM followed WHERE condition = 'alive'"),
  };
}

/** Complete records that no server has answered: CPU time in ms, each. */
function unsentMs(db: Database.Database): number[] {
  const canShip = tablesOf(db).includes('shipping');
  const isUnsent = `credit_id NOT IN (
    SELECT credit_id FROM point, shipping
    WHERE point_id <= answered_point_id OR point_id IN (SELECT point_id FROM refusal))`;
  return db
    .prepare<[], number>(
      `SELECT cpu_ms FROM credit WHERE state = 2 ${canShip ? `AND ${isUnsent}` : ''} ORDER BY cpu_ms`,
    )
    .pluck()
    .all();
}

/** The same by the lines that a run of ship would send. */
function linesMs(db: Database.Database): number[] {
  const lines = [...linesOfDryRun(db, { host: 'web1', sinceMs: 0, server: 'influxdb' })].flat();
  return lines
    .map((line) => Math.round(Number(/cpu_seconds=([\d.]+)/.exec(line)?.[1]) * 1_000))
    .sort((a, b) => a - b);
}

function bringUpToDate(path: string, nowMs: number): void {
  closeJournal(openJournal(path, nowMs));
}

test('a journal of every version is kept', () => {
  expect(VERSIONS).toEqual(bundledMigrations().map(({ number }) => number));
});

describe.each(VERSIONS)('a journal of version %i', (version) => {
  test('holds what it should to tell anything', () => {
    const path = journalOfVersion(version);
    expect(read(path, journalVersion)).toBe(version);
    const figures = read(path, figuresOf);
    expect(figures.users.length).toBeGreaterThan(1);
    expect(figures.complete).toBeGreaterThan(20);
  });

  test('keeps every row when it is brought up to date', () => {
    const path = journalOfVersion(version);
    const before = read(path, everyRow);
    bringUpToDate(path, 0);
    read(path, (db) => {
      expect(journalVersion(db)).toBe(latestVersion(bundledMigrations()));
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(db.pragma('foreign_key_check')).toEqual([]);
      for (const [table, { columns, rows }] of Object.entries(before)) {
        const now = columns.map((column) => columnNow(column, version));
        expect(rowsOf(db, table, now), table).toEqual(rows);
      }
    });
  });

  test('is reported, shipped and told of with the same sums', async () => {
    const path = journalOfVersion(version);
    const { lastTickMs, users, complete, living } = read(path, figuresOf);
    const unsent = read(path, unsentMs);
    const nowMs = lastTickMs + MINUTE_MS;
    bringUpToDate(path, nowMs);
    const days = { kind: 'range', from: '2026-01-01', to: undefined } as const;
    const report = await jsonOf({ path }, { days, timeZone: 'UTC' }, nowMs);
    const reported = (report.users ?? [])
      .map(({ uid, cpuSeconds }) => ({ uid, cpuMs: Math.round(cpuSeconds * 1_000) }))
      .sort((a, b) => (a.uid ?? 0) - (b.uid ?? 0) || a.cpuMs - b.cpuMs);
    expect(reported).toEqual(users);
    read(path, (db) => {
      expect(linesMs(db)).toEqual(unsent);
      const machine = { nowMs, bootMs: 0, kernelBootId: 'another', isThere: () => false };
      expect(readFacts(db, path, machine)).toMatchObject({
        openProcesses: living,
        creditRecords: complete,
        shipping: { unshipped: unsent.length },
      });
    });
  });

  test('is gone on with by a recorder of another boot', () => {
    const path = journalOfVersion(version);
    const { lastTickMs, users, complete } = read(path, figuresOf);
    const sound = journalOfVersion(version);
    bringUpToDate(sound, lastTickMs);
    const broken = read(sound, brokenRules);
    const nowMs = lastTickMs + MINUTE_MS;
    const journal = RecorderJournal.open(path, 'another boot', nowMs);
    journal.beginRun(simulatedRun({ anchorMs: nowMs, host: 'web1' }));
    journal.close();
    read(path, (db) => {
      expect(brokenRules(db)).toEqual(broken);
      const after = figuresOf(db);
      expect(after.living).toBe(0);
      expect(after.complete).toBeGreaterThanOrEqual(complete);
      expect(sum(after.users)).toBeGreaterThanOrEqual(sum(users));
    });
  });

  test('gives up all its records and points to a repair', () => {
    const damaged = journalOfVersion(version);
    const points = read(damaged, pointsOf);
    const journal = journalInPlace();
    repaired(journal, damaged);
    expect(recordsOf(journal)).toEqual(recordsOf(damaged));
    expect(read(journal, pointsOf)).toEqual(expect.arrayContaining(points));
  });
});

/** The millisecond of each record that has one. */
function pointsOf(db: Database.Database): unknown[] {
  return tablesOf(db).includes('point') ? rowsOf(db, 'point', ['credit_id', 'timestamp_ms']) : [];
}

/** Where records were pruned sums have more. */
function brokenRules(db: Database.Database): string[] {
  return checkJournal(db).flatMap(({ name, broken }) => (broken.length > 0 ? [name] : []));
}

function sum(users: Figures['users']): number {
  return users.reduce((all, { cpuMs }) => all + cpuMs, 0);
}
