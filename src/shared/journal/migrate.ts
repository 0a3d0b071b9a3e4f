import { readdirSync, readFileSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { PsusageError } from '../errors.js';
import { JournalError } from './errors.js';

/** Marks the file as a psusage journal in SQLite's header: `psus` in ASCII. */
export const JOURNAL_APPLICATION_ID = 0x70737573;

export interface Migration {
  /** 1, 2, 3 … without holes: the journal's version after it. */
  number: number;
  name: string;
  sql: string;
}

const MIGRATIONS_FOLDER = new URL('../../../migrations/', import.meta.url);
const FILE_NAME = /^(\d{3})_([a-z0-9_]+)\.sql$/;

/**
 * The migrations that come with this version of psusage, in order.
 *
 * @throws PsusageError MIGRATIONS when one is missing
 */
export function bundledMigrations(folder: URL = MIGRATIONS_FOLDER): Migration[] {
  const migrations = readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const [, number, name] = FILE_NAME.exec(file) ?? [];
      if (number === undefined || name === undefined) return [];
      return [{ number: Number(number), name, sql: readFileSync(new URL(file, folder), 'utf8') }];
    });
  const hole = migrations.findIndex((each, index) => each.number !== index + 1);
  if (hole >= 0 || migrations.length === 0) {
    const missing = hole >= 0 ? hole + 1 : 1;
    throw new PsusageError('MIGRATIONS', `migration ${missing} is missing`, {
      hint: 'this installation is incomplete; install psusage again',
    });
  }
  return migrations;
}

/** The number of the last migration that this program knows. */
export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.number ?? 0;
}

/** The journal's version: 0 for an empty file. */
export function journalVersion(db: Database.Database): number {
  return Math.max(0, ...appliedMigrations(db).keys());
}

/** The names of the migrations that a journal has been through, by their numbers. */
function appliedMigrations(db: Database.Database): Map<number, string> {
  const hasTable = db
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'")
    .get();
  if (hasTable === undefined) return new Map();
  return new Map(
    db.prepare<[], [number, string]>('SELECT number, name FROM migration').raw().all(),
  );
}

/**
 * Refuses a file that is another program's database, and a journal with other tables than these migrations make.
 *
 * @returns the journal's version
 * @throws JournalError NOT_A_JOURNAL, JOURNAL_BEFORE_RELEASE, JOURNAL_NEWER
 */
export function assertReadableVersion(
  db: Database.Database,
  migrations: readonly Migration[],
): number {
  // In this order: another process that makes the journal just now marks it together with its first table.
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0;
  const applicationId = db.pragma('application_id', { simple: true });
  if (applicationId !== JOURNAL_APPLICATION_ID && (applicationId !== 0 || tables > 0)) {
    const message = `${db.name} is the database of another program`;
    const hint = 'name another file with --journal';
    throw new JournalError('NOT_A_JOURNAL', message, { hint });
  }
  return assertKnownMigrations(db.name, appliedMigrations(db), migrations);
}

/**
 * Before the first release migrations had other names, and made other tables under the same numbers.
 *
 * @param applied names by numbers
 * @returns the journal's version
 * @throws JournalError JOURNAL_BEFORE_RELEASE, JOURNAL_NEWER
 */
export function assertKnownMigrations(
  path: string,
  applied: ReadonlyMap<number, string>,
  migrations: readonly Migration[],
): number {
  if (migrations.some(({ number, name }) => (applied.get(number) ?? name) !== name)) {
    throw new JournalError(
      'JOURNAL_BEFORE_RELEASE',
      `${path} was recorded by a version from before the first release, with other tables`,
      {
        hint: `this version cannot read it; move it away (mv ${path} ${path}.old), and psusage record starts a new one`,
      },
    );
  }
  const version = Math.max(0, ...applied.keys());
  const latest = latestVersion(migrations);
  if (version > latest) {
    throw new JournalError(
      'JOURNAL_NEWER',
      `${path} was written by a newer version of psusage (journal version ${version}, this one knows ${latest})`,
      { hint: 'update psusage on this machine' },
    );
  }
  return version;
}

/**
 * Brings the journal to the version of `migrations`, all in one transaction: who reads meanwhile sees
 * no version in between. Two programs that start at once apply each migration once: who comes second
 * finds it done.
 */
export function migrate(db: Database.Database, migrations: Migration[], nowMs: number): void {
  assertReadableVersion(db, migrations);
  const applyAll = db.transaction(() => {
    for (const next of migrations.slice(journalVersion(db))) apply(db, next, nowMs);
  });
  applyAll.immediate();
}

function apply(db: Database.Database, { number, name, sql }: Migration, nowMs: number): void {
  if (number === 1) {
    db.pragma(`application_id = ${JOURNAL_APPLICATION_ID}`);
    db.exec(
      'CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms INTEGER NOT NULL) STRICT',
    );
  }
  db.exec(sql);
  db.prepare('INSERT INTO migration (number, name, applied_ms) VALUES (?, ?, ?)').run(
    number,
    name,
    nowMs,
  );
}
