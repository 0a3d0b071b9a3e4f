import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readQuarantineLines } from '../../../src/record/ship/quarantine.js';
import { closeJournal } from '../../../src/shared/journal/open.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';
import { type InfluxdbServer, startInfluxdb } from '../../servers/influxdb.js';
import { outboxOf, record } from '../ship/journal-to-ship.js';
import { counts, shipOnce, v1 } from '../ship/shipped.js';
import { overwritePage, read, rowsOf, salvaged } from './damaged.js';

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
 * A journal of which a third was sent, another has its points from when the server was away, and the rest is new;
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

const RECORDS = lives(600, NOON_MS, 1_000);
const refusedOne = RECORDS[200];
const EVERYTHING = { resend: { kind: 'everything' } } as const;

/** Overwrites the pages of a table or an index with zeros, those that lead to others among them. */
function destroy(journal: string, name: string): void {
  for (const page of rowsOf(journal, `SELECT pageno FROM dbstat WHERE name = '${name}'`)) {
    overwritePage(journal, Number(page));
  }
}

const damages: [string, (journal: string) => void][] = [
  ['is whole', () => undefined],
  [
    'has lost its indexes of records',
    (journal) => {
      destroy(journal, 'credit_by_process');
      destroy(journal, 'credit_by_time');
    },
  ],
  [
    'has lost its points, but for what indexes have of them',
    (journal) => {
      destroy(journal, 'point');
    },
  ],
  [
    'has lost its sums',
    (journal) => {
      destroy(journal, 'usage');
    },
  ],
];

test.each(damages)('of a journal that %s the database gets each record once', async (_, damage) => {
  const damaged = await shippedFrom(RECORDS);
  damage(damaged);
  const { path } = salvaged(damaged);
  expect(counts(await ship(path))).toBe('sent 399 records, 0 left, 0 set aside');
  expect(await stored()).toEqual(all(RECORDS.filter((each) => each !== refusedOne)));
  expect(counts(await ship(path))).toBe('sent 0 records, 0 left, 0 set aside');
  expect(read(path, (db) => [...readQuarantineLines(db)])[1]).toContain('not that one');
  await ship(path, { retryRefused: true });
  expect(await stored()).toEqual(all(RECORDS));
  await ship(path, EVERYTHING);
  expect(await stored()).toEqual(all(RECORDS));
});

test.each(['shipping', 'point and what indexes have of it'])(
  'where it has lost %s what may have been sent is sent again only as it was, or when everything is',
  async (lost) => {
    const damaged = await shippedFrom(RECORDS);
    if (lost === 'shipping') destroy(damaged, 'shipping');
    else {
      const [last] = rowsOf(damaged, "SELECT max(pageno) FROM dbstat WHERE name = 'point'");
      overwritePage(damaged, Number(last));
      destroy(damaged, 'point_by_credit');
    }
    const { path, said } = salvaged(damaged);
    expect(said.join('\n')).toContain(
      '200 records may have been sent before; to send them again: psusage ship --resend all',
    );
    await ship(path);
    const { pids } = await stored();
    expect(new Set(pids).size).toBe(pids.length);
    await ship(path, { ...EVERYTHING, retryRefused: true });
    expect(await stored()).toEqual(all(RECORDS));
  },
);

test('a new database gets all of a salvaged journal when everything is sent again', async () => {
  const damaged = await shippedFrom(RECORDS);
  const { path } = salvaged(damaged);
  database = 'another';
  await influxd.createDatabase(database);
  await ship(path, { ...EVERYTHING, retryRefused: true });
  expect(await stored()).toEqual(all(RECORDS));
});

test('the journal that took the place of the damaged one ships its own beside it', async () => {
  const damaged = await shippedFrom(RECORDS);
  const fresh = lives(60, NOON_MS + 13_000, 5_000);
  const { db, path: journal } = new JournalBuilder();
  insertRecords(db, fresh);
  closeJournal(db);
  await ship(journal);
  await ship(salvaged(damaged).path, { retryRefused: true });
  expect(await stored()).toEqual(all([...RECORDS, ...fresh]));
});
