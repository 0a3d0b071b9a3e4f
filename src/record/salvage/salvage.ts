import { existsSync, renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { PsusageError, UsageError } from '../../shared/errors.js';
import { accessTo, makeFile } from '../../shared/journal/access.js';
import { JournalError, noJournal } from '../../shared/journal/errors.js';
import { type JournalLock, tryLock } from '../../shared/journal/lock.js';
import { assertKnownMigrations, bundledMigrations } from '../../shared/journal/migrate.js';
import { closeJournal, openJournal } from '../../shared/journal/open.js';
import { readPrunedUntilMs } from '../../shared/journal/pruned.js';
import { SERIALISER } from '../ship/points.js';
import { type CopiedTable, copyTable, type InIndexes, isWhole } from './copy-table.js';
import { DamagedJournal, describeTable } from './damaged-journal.js';
import { formatSums, formatTable } from './summary.js';
import { reconcileSums } from './sums.js';

/**
 * Copies what can be read of a damaged journal into a journal of its own, which appears at once and whole, and says
 * of each table what was copied. The damaged one is only read.
 *
 * @throws UsageError where there is a file at `output`
 * @throws JournalError NOT_A_JOURNAL where nothing can be read; where the other can't be written
 * @throws PsusageError LOCKED where it is being recorded; SALVAGE where something could not be read
 */
export function salvage(damaged: string, output: string, print: (line: string) => void): void {
  if (existsSync(output)) throw new UsageError(`${output} exists already`, 'name another --output');
  if (!existsSync(damaged)) throw noJournal(damaged);
  const lock = lockAgainstRecorder(damaged);
  const unfinished = `${output}-unfinished`;
  try {
    remove(unfinished);
    makeFile(unfinished, accessTo(damaged));
    const db = openJournal(unfinished, Date.now());
    let missing: boolean;
    try {
      missing = copyAll(damaged, db, print);
    } finally {
      closeJournal(db);
    }
    // What is left of another file would be taken for the log of this one.
    remove(output);
    renameSync(unfinished, output);
    if (missing) throw notWhole(damaged, output);
  } finally {
    remove(unfinished);
    lock?.release();
  }
}

/** One that was set aside has no lock beside it, and gets none. */
function lockAgainstRecorder(damaged: string): JournalLock | undefined {
  if (!existsSync(`${damaged}-lock`)) return undefined;
  const lock = tryLock(damaged, 'record');
  if (lock === undefined) {
    throw new PsusageError('LOCKED', `a recorder is writing ${damaged}`, {
      hint: 'stop it first; a recorder that finds its journal damaged sets it aside by itself',
    });
  }
  return lock;
}

function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

function notWhole(damaged: string, output: string): PsusageError {
  return new PsusageError('SALVAGE', `some of ${damaged} could not be read`, {
    hint: `read the rest with: psusage report --journal ${output}`,
  });
}

function nothingReadable(damaged: string): JournalError {
  const message = `${damaged} is not a journal of psusage, or nothing in it can be read`;
  return new JournalError('NOT_A_JOURNAL', message);
}

/** In an order in which rows come before those that refer to them. */
const TABLES = [
  'boot',
  'recorder_run',
  'gap',
  'clock_step',
  'user',
  'name',
  'kernel_program',
  'process',
  'followed',
  'credit',
  'usage',
  'recorder_usage',
  'counter',
  'host_counter',
  'series',
  'point',
  'acknowledgement',
  'refusal',
  'shipping',
  'shipping_attempt',
  'pruning',
] as const;

const IN_INDEXES: Partial<Record<string, InIndexes>> = {
  boot: { defaults: {}, differing: 'blanked' },
  user: { defaults: { latest: 0 }, differing: 'blanked' },
  name: { defaults: {}, differing: 'blanked' },
  // Under another text each point would be one more.
  series: { defaults: {}, differing: 'refused' },
  point: { defaults: { serialiser: SERIALISER } },
};

/** @returns whether anything is missing */
function copyAll(damaged: string, db: Database.Database, print: (line: string) => void): boolean {
  const from = new DamagedJournal(damaged, db);
  try {
    assertSameVersion(from, db, damaged);
    db.exec('DELETE FROM shipping');
    const copied = Object.fromEntries(
      TABLES.map((name) => [name, copyTable(from, db, describeTable(db, name), IN_INDEXES[name])]),
    ) as Record<(typeof TABLES)[number], CopiedTable>;
    if (Object.values(copied).every((table) => table.copied === 0)) throw nothingReadable(damaged);
    closeLifecycles(db);
    const pruned = isWhole(copied.pruning) ? (readPrunedUntilMs(db) ?? 0) : undefined;
    const { gaps, rebuilt } = reconcileSums(db, copied, pruned);
    const unsent = restoreShipping(db, copied);
    for (const table of Object.values(copied)) print(formatTable(table));
    for (const line of formatSums({ gaps, rebuilt, unsent })) print(line);
    return gaps.length > 0 || unsent > 0 || !Object.values(copied).every(isWhole);
  } finally {
    from.close();
  }
}

/** The first migration of journals from before the first release. */
const FIRST_BEFORE_RELEASE = 'record_lifecycles';

/** Refuses other versions. Where the migrations are damaged themselves, each row tells whether it fits. */
function assertSameVersion(from: DamagedJournal, db: Database.Database, damaged: string): void {
  const rows = from.rows(describeTable(db, 'migration'), () => undefined);
  const names = new Map([...rows].map(({ number, name }) => [Number(number), String(name)]));
  const migrations = bundledMigrations();
  const isOlder = names.get(1) === FIRST_BEFORE_RELEASE;
  const isNewer =
    names.size > migrations.length &&
    migrations.every(({ number, name }) => names.get(number) === name);
  if (isOlder || isNewer) assertKnownMigrations(damaged, names, migrations);
}

/**
 * What was open when the journal was damaged is over: nobody records into the copy. It ends where it was last seen,
 * and its records, complete by then, are shipped.
 */
function closeLifecycles(db: Database.Database): void {
  db.exec(`
    UPDATE user SET latest = 1 WHERE user_id IN (
      SELECT max(user_id) FROM user GROUP BY uid HAVING max(latest) = 0);
    UPDATE usage SET uncertain_ms = uncertain_ms + ifnull((
      SELECT sum(cpu_high_ms - cpu_low_ms) FROM followed
      WHERE condition = 'alive' AND followed.quarter_ms = usage.quarter_ms AND followed.user_id = usage.user_id
        AND followed.program_id = usage.program_id AND followed.command_id = usage.command_id), 0)
      WHERE quarter_ms >= (SELECT min(quarter_ms) FROM followed);
    DELETE FROM followed;
    UPDATE credit SET state = 2 WHERE state < 2;
    UPDATE process SET end_reason = 'lost',
      ended_ms = max(started_ms, (SELECT coalesce(max(last_tick_ms), 0) FROM recorder_run))
      WHERE ended_ms IS NULL;
    UPDATE recorder_run SET end_reason = 'crashed', ended_ms = ifnull(last_tick_ms, started_ms)
      WHERE ended_ms IS NULL`);
}

/**
 * Lets shipping go on where it was. A record whose point is lost may have been sent, and would be sent as another:
 * where a point is lost, or how far shipping had come, nothing is sent but what has its point.
 *
 * @returns how many complete records wait for a server no more, though it may not have them
 */
function restoreShipping(
  db: Database.Database,
  { shipping, point }: { shipping: CopiedTable; point: CopiedTable },
): number {
  db.exec(
    'INSERT INTO shipping (only, passed_credit_id, answered_point_id) VALUES (1, 0, 0) ON CONFLICT DO NOTHING',
  );
  keepMillisecondsTaken(db);
  const withoutPoint = `credit_id > passed_credit_id AND credit_id NOT IN (SELECT credit_id FROM point)`;
  const withoutSeries = db
    .prepare('DELETE FROM point WHERE series_id NOT IN (SELECT series_id FROM series)')
    .run().changes;
  let left = 0;
  if (shipping.copied === 0 || !isWhole(point) || withoutSeries > 0) {
    left =
      db
        .prepare<[], number>(`SELECT count(*) FROM credit, shipping WHERE ${withoutPoint}`)
        .pluck()
        .get() ?? 0;
    db.exec(
      'UPDATE shipping SET passed_credit_id = (SELECT coalesce(max(credit_id), 0) FROM credit)',
    );
  }
  db.exec(`INSERT INTO point_ahead
    SELECT DISTINCT point.credit_id FROM point, shipping WHERE point.credit_id > passed_credit_id`);
  return left;
}

/** A point whose record is lost waits for no server, but no other record may become the same point. */
function keepMillisecondsTaken(db: Database.Database): void {
  db.exec(`
    CREATE TEMP TABLE orphan AS SELECT point.* FROM point, shipping
      WHERE point_id > answered_point_id AND point.credit_id NOT IN (SELECT credit_id FROM credit);
    DELETE FROM point WHERE point_id IN (SELECT point_id FROM orphan);
    INSERT INTO point SELECT -point_id, credit_id, series_id, timestamp_ms, serialiser FROM orphan;
    DROP TABLE orphan`);
}
