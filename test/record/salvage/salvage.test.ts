import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { salvage } from '../../../src/record/salvage/salvage.js';
import { tryLock } from '../../../src/shared/journal/lock.js';
import { closeJournal, openJournal } from '../../../src/shared/journal/open.js';
import { QUARTER_HOUR_MS } from '../../../src/shared/units.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords } from '../../builders/records.js';
import { jsonOf, tableOf } from '../../builders/report.js';
import { faultsOf } from '../../invariants.js';
import { failure } from '../../shared/journal/failure.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { outboxOf, record } from '../ship/journal-to-ship.js';
import {
  newMachine,
  overwrite,
  overwritePage,
  PAGE_BYTES,
  read,
  recordHalfAnHour,
  RECORDS,
  rowsOf,
  salvaged,
  SUMS,
  sumsByQuarter,
  unrecordedQuarters,
} from './damaged.js';

const FROM_MS = Date.UTC(2026, 2, 29);
const USERS = 30;
const QUARTERS = 24;
const DAY = { days: { kind: 'day', day: '2026-03-29' }, timeZone: 'UTC' } as const;
const LATER_MS = Date.UTC(2026, 3, 2);

/** Thirty users with a process each that lives through six hours, of which a part was shipped. */
let whole: string;
let pageCount: number;

beforeAll(() => {
  const { db, path } = new JournalBuilder();
  const records = Array.from({ length: QUARTERS * USERS }, (_, at) => {
    const fromMs = FROM_MS + Math.floor(at / USERS) * QUARTER_HOUR_MS;
    const user = at % USERS;
    return record({
      ...{ pid: 100 + user, uid: 1_000 + user, user: `user${user}`, command: `php${user % 3}` },
      ...{ fromMs, toMs: fromMs + QUARTER_HOUR_MS, cpuMs: 100 + at, ended: at % 97 === 0 },
    });
  });
  insertRecords(db, records);
  const outbox = outboxOf(db);
  outbox.acknowledge(outbox.next(300));
  outbox.next(200);
  closeJournal(db);
  whole = path;
  pageCount = readFileSync(whole).length / PAGE_BYTES;
});

function copyOfWhole(): string {
  const path = join(temporaryFolder(), 'damaged.db');
  copyFileSync(whole, path);
  return path;
}

function copyWithLog(journal: string): string {
  const copy = join(temporaryFolder(), 'copy.db');
  for (const suffix of ['', '-wal']) copyFileSync(journal + suffix, copy + suffix);
  return copy;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function withPages(damages: readonly (readonly [page: number, bytes: Uint8Array])[]): string {
  const path = copyOfWhole();
  for (const [page, bytes] of damages) overwritePage(path, page, bytes);
  return path;
}

function rootOf(name: string): number {
  const [root] = rowsOf(whole, `SELECT rootpage FROM sqlite_schema WHERE name = '${name}'`);
  return (root as [number])[0];
}

/** The pages of a table or an index, those that lead to others first. */
function pagesOf(name: string): number[] {
  const sql = `SELECT pageno FROM dbstat WHERE name = '${name}' ORDER BY pagetype, path`;
  return rowsOf(whole, sql).map((row) => (row as [number])[0]);
}

/** What must hold whatever was damaged: no sum is called recorded that is not as it was. */
function expectSumsOrGaps(path: string): void {
  const [expected, found] = [sumsByQuarter(whole), sumsByQuarter(path)];
  const isUnrecorded = unrecordedQuarters(path);
  const wrong = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (quarterMs) => expected.get(quarterMs) !== found.get(quarterMs) && !isUnrecorded(quarterMs),
  );
  expect(wrong).toEqual([]);
  expect(read(path, (db) => db.pragma('foreign_key_check'))).toEqual([]);
}

/** A table that is new is among them: salvage has to copy it too. */
function tablesCopiedAsTheyAre(): string[] {
  const tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
  const others = ['process', 'followed', 'migration'];
  const names = read(whole, (db) => db.prepare<[], string>(tables).pluck().all());
  return names.filter((name) => !others.includes(name));
}

describe('a journal that is whole', () => {
  test('comes out as it was', () => {
    const { path, isWhole, said } = salvaged(whole);
    for (const table of tablesCopiedAsTheyAre()) {
      const all = `SELECT * FROM ${table} ORDER BY 1`;
      expect(rowsOf(path, all), table).toEqual(rowsOf(whole, all));
    }
    expect(isWhole).toBe(true);
    expect(said).toContain('credit: 720 rows copied');
    expect(said).toContain('usage: 720 rows copied');
  });

  test('ends what was going on where it was last seen', async () => {
    const machine = newMachine();
    await recordHalfAnHour(machine);
    const { path, isWhole } = salvaged(copyWithLog(machine.options.journalPath));
    expect(isWhole).toBe(true);
    expect(rowsOf(path, RECORDS)).toEqual(rowsOf(machine.options.journalPath, RECORDS));
    expect(rowsOf(path, SUMS)).toEqual(rowsOf(machine.options.journalPath, SUMS));
    expect(rowsOf(path, 'SELECT count(*) FROM credit WHERE state < 2')).toEqual([[0]]);
    expect(rowsOf(path, 'SELECT DISTINCT end_reason FROM recorder_run')).toEqual([['crashed']]);
    expect(read(path, faultsOf)).toEqual({});
    machine.stop();
  });

  test('is read with what its -wal has, and nothing is written beside it', async () => {
    const machine = newMachine();
    await recordHalfAnHour(machine);
    const { journalPath } = machine.options;
    const copy = copyWithLog(journalPath);
    const contents = () => ['', '-wal'].map((suffix) => digest(readFileSync(copy + suffix)));
    const before = contents();
    const { path } = salvaged(copy);
    expect(rowsOf(path, RECORDS)).toEqual(rowsOf(journalPath, RECORDS));
    expect(readdirSync(dirname(copy)).filter((name) => name.startsWith('copy'))).toEqual([
      'copy.db',
      'copy.db-wal',
    ]);
    expect(contents()).toEqual(before);
    machine.stop();
  });
});

describe('what is damaged', () => {
  test.each([
    ['the root of an index', () => [rootOf('credit_by_process')]],
    [
      'all indexes of the records',
      () => ['credit_by_process', 'credit_by_time', 'credit_not_complete'].flatMap(pagesOf),
    ],
    ['what the tables are', () => pagesOf('sqlite_schema')],
    ['an inner page of the records', () => [rootOf('credit')]],
    ['who users are', () => pagesOf('user')],
    ['names', () => pagesOf('name')],
    ['an index of names', () => pagesOf('sqlite_autoindex_name_1')],
    ['series', () => pagesOf('series')],
    ['points', () => pagesOf('point').slice(0, 2)],
  ])('costs nothing where it is %s', (_, pages) => {
    const { path, isWhole } = salvaged(
      withPages(pages().map((page) => [page, new Uint8Array(PAGE_BYTES)])),
    );
    for (const table of tablesCopiedAsTheyAre()) {
      const all = `SELECT * FROM ${table} ORDER BY 1`;
      expect(rowsOf(path, all), table).toEqual(rowsOf(whole, all));
    }
    expect(isWhole).toBe(true);
  });

  test('is made from records where it is sums', () => {
    for (const page of pagesOf('usage')) {
      const { path, said } = salvaged(withPages([[page, new Uint8Array(PAGE_BYTES)]]));
      expect(rowsOf(path, SUMS)).toEqual(rowsOf(whole, SUMS));
      expect(unrecordedQuarters(path)(FROM_MS)).toBe(false);
      expect(said.join('\n')).toMatch(/usage: .* missing/);
      expect(said.join('\n')).toContain('were calculated from their records');
    }
  });

  test('leaves the sums as they are where it is records', () => {
    for (const page of pagesOf('credit').slice(1)) {
      const { path, isWhole, said } = salvaged(withPages([[page, new Uint8Array(PAGE_BYTES)]]));
      expect(rowsOf(path, SUMS)).toEqual(rowsOf(whole, SUMS));
      expect(rowsOf(path, "SELECT * FROM gap WHERE reason = 'damaged'")).toEqual([]);
      expect(said.join('\n')).toMatch(/credit: \d+ rows copied, \d+ missing/);
      expect(isWhole).toBe(false);
    }
  });

  test('is made from records alone where sums that are left of a quarter-hour are of another program', () => {
    for (const page of pagesOf('usage')) {
      const damaged = copyOfWhole();
      const db = new Database(damaged);
      db.exec(`
        UPDATE usage SET program_id = (SELECT max(name_id) FROM name WHERE name_id <> program_id)
        WHERE user_id IN (SELECT user_id FROM user WHERE uid % 5 = 0)`);
      db.close();
      overwritePage(damaged, page);
      expectSumsOrGaps(salvaged(damaged).path);
    }
  });

  test('is a gap where neither sums nor records can be read', async () => {
    const damaged = withPages(
      [pagesOf('usage')[2], pagesOf('credit')[2]].map((page = 0) => [
        page,
        new Uint8Array(PAGE_BYTES),
      ]),
    );
    const { path, isWhole, said } = salvaged(damaged);
    expect(isWhole).toBe(false);
    const [stretch = ''] = said.filter((line) => line.startsWith('  from '));
    expect(stretch).toMatch(/^ {2}from 2026-03-29T0\d:\d\dZ to 2026-03-29T0\d:\d\dZ$/);
    expectSumsOrGaps(path);
    const json = await jsonOf({ path }, DAY, LATER_MS);
    const before = await jsonOf({ path: whole }, DAY, LATER_MS);
    expect(json.coverage.recordedSeconds).toBeLessThan(before.coverage.recordedSeconds);
    expect(json.coverage.recordedSeconds % 900).toBe(0);
    expect(await tableOf({ path }, { ...DAY, verbose: true }, {}, LATER_MS)).toContain(
      'the journal was damaged',
    );
  });

  test('of sums whose records were pruned is a gap', () => {
    const { path: journal, db } = new JournalBuilder();
    const fromMs = FROM_MS;
    insertRecords(db, [record({ fromMs, toMs: fromMs + 1_000 })]);
    db.exec(`DELETE FROM credit; INSERT INTO pruning VALUES (1, ${fromMs + QUARTER_HOUR_MS}, 1)`);
    closeJournal(db);
    overwritePage(journal, rootOf('usage'));
    const { path } = salvaged(journal);
    expect(rowsOf(path, "SELECT from_ms, to_ms FROM gap WHERE reason = 'damaged'")).toEqual([
      [fromMs, fromMs + QUARTER_HOUR_MS],
    ]);
  });

  test('is a gap too where sums and records can be read and don’t say the same', () => {
    const damaged = copyOfWhole();
    const db = new Database(damaged);
    db.exec(`UPDATE usage SET cpu_ms = 5 WHERE quarter_ms = ${FROM_MS} AND user_id = 1003`);
    db.close();
    const { path, isWhole } = salvaged(damaged);
    expect(isWhole).toBe(false);
    expectSumsOrGaps(path);
    expect(unrecordedQuarters(path)(FROM_MS)).toBe(true);
    expect(unrecordedQuarters(path)(FROM_MS + QUARTER_HOUR_MS)).toBe(false);
  });
});

/** How a page comes to be another: nothing, anything, a part of it, and what belongs elsewhere. */
const damage = fc.oneof(
  fc.constant({ kind: 'zeros' as const }),
  fc.record({
    kind: fc.constant('bytes' as const),
    at: fc.integer({ min: 0, max: PAGE_BYTES - 1 }),
    bytes: fc.uint8Array({ minLength: 64, maxLength: PAGE_BYTES }),
  }),
  fc.record({ kind: fc.constant('other page' as const), other: fc.nat() }),
);

function damagedPage(page: number, how: typeof damage extends fc.Arbitrary<infer T> ? T : never) {
  const file = readFileSync(whole);
  const pageAt = (number: number) => file.subarray((number - 1) * PAGE_BYTES, number * PAGE_BYTES);
  switch (how.kind) {
    case 'zeros':
      return new Uint8Array(PAGE_BYTES);
    case 'other page':
      return pageAt(1 + (how.other % pageCount));
    case 'bytes': {
      const bytes = Buffer.from(pageAt(page));
      bytes.set(how.bytes.subarray(0, PAGE_BYTES - how.at), how.at);
      return bytes;
    }
  }
}

test('each page in turn may be gone, and no quarter-hour is called recorded whose sums are others', () => {
  for (let page = 1; page <= pageCount; page += 1) {
    expectSumsOrGaps(salvaged(withPages([[page, new Uint8Array(PAGE_BYTES)]])).path);
  }
}, 120_000);

test('any pages may hold anything, and no quarter-hour is called recorded whose sums are others', () => {
  const damages = fc.array(fc.tuple(fc.nat(), damage), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(damages, (chosen) => {
      const pages = chosen.map(([at, how]) => {
        const page = 1 + (at % pageCount);
        return [page, damagedPage(page, how)] as const;
      });
      expectSumsOrGaps(salvaged(withPages(pages)).path);
    }),
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);

test.each(["UPDATE migration SET name = 'create_the_journa7'", 'UPDATE migration SET number = 52'])(
  'a damaged list of migrations keeps nothing from being copied: %s',
  (sql) => {
    const damaged = copyOfWhole();
    const db = new Database(damaged);
    db.exec(sql);
    db.close();
    expect(rowsOf(salvaged(damaged).path, SUMS)).toEqual(rowsOf(whole, SUMS));
  },
);

test('a file may be cut off anywhere', () => {
  for (let pages = 9; pages < pageCount; pages += 5) {
    const damaged = copyOfWhole();
    truncateSync(damaged, pages * PAGE_BYTES - 100);
    expectSumsOrGaps(salvaged(damaged).path);
  }
}, 60_000);

test('a -wal that is damaged ends there, and what it had before is whole', async () => {
  const machine = newMachine();
  await recordHalfAnHour(machine);
  const { journalPath } = machine.options;
  const copy = copyWithLog(journalPath);
  const frames = Math.floor((readFileSync(`${copy}-wal`).length - 32) / (24 + PAGE_BYTES));
  overwrite(
    `${copy}-wal`,
    32 + Math.floor(frames / 2) * (24 + PAGE_BYTES) + 500,
    Buffer.alloc(64, 7),
  );
  const { path } = salvaged(copy);
  const all = new Set(rowsOf(journalPath, 'SELECT process_id, pid FROM process').map(String));
  const found = rowsOf(path, 'SELECT process_id, pid FROM process').map(String);
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((each) => !all.has(each))).toEqual([]);
  expect(read(path, faultsOf)).toEqual({});
  machine.stop();
});

describe('salvage refuses', () => {
  test('a file that is there already', () => {
    const output = copyOfWhole();
    const before = readFileSync(output);
    expect(() => {
      salvage(whole, output, () => undefined);
    }).toThrow(failure({ code: 'USAGE' }));
    expect(readFileSync(output).equals(before)).toBe(true);
  });

  test('what never was a journal, and makes none', () => {
    const folder = temporaryFolder();
    const theirs = new Database(join(folder, 'theirs.db'));
    theirs.exec('CREATE TABLE theirs (x)');
    theirs.close();
    expect(() => {
      salvage(theirs.name, join(folder, 'salvaged.db'), () => undefined);
    }).toThrow(failure({ code: 'NOT_A_JOURNAL' }));
    expect(readdirSync(folder).filter((name) => name.startsWith('salvaged'))).toEqual([]);
  });

  test('a journal of which nothing is left but its header, and makes none', () => {
    const damaged = copyOfWhole();
    overwrite(damaged, 100, Buffer.alloc(pageCount * PAGE_BYTES, 0xa5));
    const output = join(temporaryFolder(), 'salvaged.db');
    expect(() => {
      salvage(damaged, output, () => undefined);
    }).toThrow(failure({ code: 'NOT_A_JOURNAL' }));
    expect(existsSync(output)).toBe(false);
  });

  test('a journal of before the first release, and leaves nothing', () => {
    const damaged = copyOfWhole();
    const db = new Database(damaged);
    db.exec("UPDATE migration SET name = 'record_lifecycles'");
    db.close();
    const output = join(temporaryFolder(), 'salvaged.db');
    expect(() => {
      salvage(damaged, output, () => undefined);
    }).toThrow(failure({ code: 'JOURNAL_BEFORE_RELEASE' }));
    const left = readdirSync(dirname(output)).filter((name) => name.startsWith(basename(output)));
    expect(left).toEqual([]);
  });

  test('a journal of a newer version', () => {
    const damaged = copyOfWhole();
    const db = new Database(damaged);
    db.exec("INSERT INTO migration VALUES (2, 'add_a_table', 0)");
    db.close();
    expect(() => salvaged(damaged)).toThrow(failure({ code: 'JOURNAL_NEWER' }));
  });

  test('a journal that is being recorded', () => {
    const path = join(temporaryFolder(), 'psusage.db');
    closeJournal(openJournal(path, 0));
    const lock = tryLock(path, 'record');
    const output = join(temporaryFolder(), 'salvaged.db');
    expect(() => {
      salvage(path, output, () => undefined);
    }).toThrow(failure({ code: 'LOCKED', message: `a recorder is writing ${path}` }));
    lock?.release();
    expect(existsSync(output)).toBe(false);
  });
});
