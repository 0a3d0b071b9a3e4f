import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { beginNumbersAt } from '../../../src/record/journal/numbers.js';
import { quarantineLines } from '../../../src/record/ship/quarantine.js';
import { closeJournal } from '../../../src/shared/journal/open.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';
import { startCli } from '../../cli.js';
import { faultsOf } from '../../invariants.js';
import { type InfluxdbServer, startInfluxdb } from '../../servers/influxdb.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { outboxOf, record } from '../ship/journal-to-ship.js';
import { counts, shipOnce, v1 } from '../ship/shipped.js';
import { read, repaired } from './damaged.js';

const FAR_ABOVE = 1_000_000;
const NOON_MS = Date.UTC(2026, 2, 29, 12);

let influxd: InfluxdbServer;
let database = '';
let databases = 0;

beforeAll(async () => {
  influxd = await startInfluxdb();
});
afterAll(() => influxd.stop());
beforeEach(async () => {
  database = `psusage${(databases += 1)}`;
  await influxd.createDatabase(database);
});

/** Lifecycles of a second, one after the other from a moment on, each of its own pid. */
function lives(count: number, fromMs: number, firstPid: number): TestRecord[] {
  return Array.from({ length: count }, (_, at) => {
    const startMs = fromMs + Math.floor(at / 5) * 100;
    return record({ pid: firstPid + at, fromMs: startMs, toMs: startMs + 1_000, cpuMs: 10 + at });
  });
}

const ship = (journal: string, options = {}) =>
  shipOnce(journal, v1(influxd.url, database), options);

/** Which points the database has: pid by pid, and how much CPU time in all. */
async function stored(): Promise<{ pids: unknown[]; cpuMs: number }> {
  const rows = await influxd.query('SELECT pid, cpu_seconds FROM cpu_credit', database);
  const cpuMs = rows.reduce((sum, row) => sum + Math.round(Number(row['cpu_seconds']) * 1_000), 0);
  return { pids: rows.map(({ pid }) => pid).sort((a, b) => Number(a) - Number(b)), cpuMs };
}

function all(records: readonly TestRecord[]): { pids: unknown[]; cpuMs: number } {
  return {
    pids: records.map(({ pid }) => pid).sort((a, b) => a - b),
    cpuMs: records.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  };
}

/**
 * A journal of which a third was sent, another settled while the server was away, and the rest is new;
 * one record was refused, and the last of the second third had its point ahead of an open one.
 */
async function shippedFrom(records: readonly TestRecord[]): Promise<string> {
  const third = Math.floor(records.length / 3);
  const { db, path } = new JournalBuilder();
  insertRecords(db, records.slice(0, third));
  await ship(path);
  insertRecords(db, records.slice(third, 2 * third));
  const outbox = outboxOf(db);
  const [refused] = outbox.next(third);
  if (refused !== undefined) {
    outbox.setAside([{ point: refused, status: 400, words: 'not that one' }]);
  }
  insertRecords(db, records.slice(2 * third));
  closeJournal(db);
  return path;
}

/** A journal that took the other's place: its numbers are above. */
function newJournal(records: readonly TestRecord[]): string {
  const { db, path } = new JournalBuilder();
  insertRecords(db, records);
  db.pragma('foreign_keys = OFF');
  db.exec(`DROP TRIGGER credit_complete_never_changes;
    UPDATE credit SET credit_id = credit_id + ${FAR_ABOVE}, process_id = process_id + ${FAR_ABOVE};
    UPDATE process SET process_id = process_id + ${FAR_ABOVE};
    CREATE TRIGGER credit_complete_never_changes BEFORE UPDATE ON credit WHEN old.state = 2
    BEGIN SELECT raise(ABORT, 'a complete credit record never changes'); END`);
  beginNumbersAt(db, { process: FAR_ABOVE, credit: FAR_ABOVE });
  closeJournal(db);
  return path;
}

const OLD = lives(600, NOON_MS, 1_000);
/** They begin before the old ones have ended, so that some want milliseconds that others have. */
const NEW = lives(60, NOON_MS + 11_500, 5_000);
const refusedOne = OLD[200];

test('of a journal that was shipped from, and repaired, the database gets each record once', async () => {
  const damaged = await shippedFrom(OLD);
  const journal = newJournal(NEW);
  await ship(journal);
  repaired(journal, damaged);
  expect(counts(await ship(journal))).toBe('sent 399 records, 0 left, 0 set aside');
  const sent = [...OLD, ...NEW].filter((each) => each !== refusedOne);
  expect(await stored()).toEqual(all(sent));
  expect(read(journal, (db) => [...quarantineLines(db)])[1]).toContain('not that one');
  expect(counts(await ship(journal, { retryRefused: true }))).toContain('sent 1 record,');
  expect(await stored()).toEqual(all([...OLD, ...NEW]));
  expect(read(journal, faultsOf)).toEqual({});
});

test('a new database gets all of a repaired journal when everything is sent again, once', async () => {
  const damaged = await shippedFrom(OLD);
  const journal = newJournal(NEW);
  repaired(journal, damaged);
  await ship(journal, { retryRefused: true });
  const again = { again: { kind: 'everything' } };
  await ship(journal, again);
  expect(await stored()).toEqual(all([...OLD, ...NEW]));
  database = 'another';
  await influxd.createDatabase(database);
  expect(counts(await ship(journal, again))).toBe('sent 660 records, 0 left, 0 set aside');
  expect(await stored()).toEqual(all([...OLD, ...NEW]));
});

test('a repair of two journals that never were shipped from lets none of their records wait', async () => {
  const { db, path } = new JournalBuilder();
  insertRecords(db, OLD);
  closeJournal(db);
  const journal = newJournal(NEW);
  repaired(journal, path);
  expect(read(journal, (db) => db.prepare('SELECT count(*) FROM point').pluck().get())).toBe(0);
  await ship(journal);
  expect(await stored()).toEqual(all([...OLD, ...NEW]));
});

test('a journal that was replaced is copied into one that has shipped on its own', async () => {
  const saved = await shippedFrom(OLD);
  const { db, path } = new JournalBuilder();
  insertRecords(db, NEW);
  closeJournal(db);
  await ship(path);
  repaired(path, saved);
  repaired(path, saved);
  await ship(path, { retryRefused: true });
  expect(await stored()).toEqual(all([...OLD, ...NEW]));
  expect(read(path, faultsOf)).toEqual({});
});

test('a journal that was replaced by an older copy of itself gets back what was recorded since, once', async () => {
  const { db, path } = new JournalBuilder();
  const backup = join(temporaryFolder(), 'psusage.db');
  insertRecords(db, OLD.slice(0, 300));
  db.prepare('VACUUM INTO ?').run(backup);
  insertRecords(db, OLD.slice(300));
  closeJournal(db);
  const sums = 'SELECT sum(cpu_ms), sum(started) FROM usage';
  const before = read(path, (db) => db.prepare(sums).get());
  repaired(backup, path);
  expect(read(backup, (db) => db.prepare(sums).get())).toEqual(before);
  expect(read(backup, faultsOf)).toEqual({});
  await ship(backup);
  expect(await stored()).toEqual(all(OLD));
});

test.each(['in place', 'appended'])(
  'a repair that is killed at any moment, with ship in between, ends as one that was not: %s',
  async (how) => {
    const old = lives(6_000, NOON_MS, 10_000);
    const fresh = lives(60, NOON_MS + 119_500, 5_000);
    const damaged = await shippedFrom(old);
    const both = () => (how === 'in place' ? newJournal(fresh) : appendable(fresh));
    const journal = both();
    await ship(journal);
    let ended: number | string | null = null;
    for (let times = 0; ended !== 0; times += 1) {
      const run = startCli(['repair', damaged, '--journal', journal, '--config', '/dev/null']);
      await killBetweenTransactions(run, journal, times);
      ended = await run.ended;
      await ship(journal, { retryRefused: times % 2 === 1 });
    }
    await ship(journal, { retryRefused: true });
    expect(await stored()).toEqual(all([...old, ...fresh]));
    expect(read(journal, faultsOf)).toEqual({});
  },
  120_000,
);

function appendable(records: readonly TestRecord[]): string {
  const { db, path } = new JournalBuilder();
  insertRecords(db, records);
  closeJournal(db);
  return path;
}

const STEP = 1_500;
const WRITTEN = 'SELECT (SELECT count(*) FROM point) + (SELECT count(*) FROM credit)';

/** Kills it when it has written so many rows more, or lets it end. */
async function killBetweenTransactions(
  run: ReturnType<typeof startCli>,
  journal: string,
  times: number,
): Promise<void> {
  const rows = () => read(journal, (db) => Number(db.prepare(WRITTEN).pluck().get()));
  const before = rows();
  const end = { isOver: false };
  void run.ended.then(() => (end.isOver = true));
  while (!end.isOver && (rows() < before + STEP || times > 20)) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  run.child.kill('SIGKILL');
}
