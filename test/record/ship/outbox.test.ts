import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { readDryRunLines } from '../../../src/record/ship/dry-run.js';
import { PointAssigner } from '../../../src/record/ship/assign-points.js';
import { readNew } from '../../../src/record/ship/queue.js';
import type { Point } from '../../../src/record/ship/points.js';
import { isStuck, noteStuck } from '../../../src/record/ship/send-all.js';
import { requeue } from '../../../src/record/ship/requeue.js';
import type { JournalBuilder } from '../../builders/journal.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';
import { complete, journalOf, linesOf, openOne, outboxOf, record } from './journal-to-ship.js';

let journal: JournalBuilder;
afterEach(() => {
  journal.remove();
});

const made = (...records: Partial<TestRecord>[]) => {
  journal = journalOf(records.map(record));
  return journal.db;
};
const pidsOf = (points: readonly Point[]) => points.map((point) => point.record.pid);
const stampsOf = (points: readonly Point[]) =>
  points.map(({ seriesId, timestampMs }) => `${seriesId} ${timestampMs}`);

it('gives out every complete record once, in order, and nothing that is open or settling', () => {
  const db = made({ pid: 1 }, { pid: 2 }, { pid: 3 });
  openOne(db);
  const outbox = outboxOf(db);
  expect(pidsOf(outbox.next(2))).toEqual([1, 2]);
  expect(pidsOf(outbox.next(2))).toEqual([3]);
  expect(outbox.next(2)).toEqual([]);
});

it('gives out a record that becomes complete after later ones', () => {
  const db = made({ pid: 1 });
  const open = openOne(db);
  insertRecords(db, [record({ pid: 2 })]);
  const first = outboxOf(db);
  const sent = first.next(10);
  expect(pidsOf(sent)).toEqual([1, 2]);
  first.acknowledge(sent);
  complete(db, open);
  insertRecords(db, [record({ pid: 3 })]);
  expect(pidsOf(outboxOf(db).next(10))).toEqual([1, 3]);
  expect(outboxOf(db).next(10)).toHaveLength(2);
  expect(db.prepare('SELECT count(*) FROM point_ahead').pluck().get()).toBe(0);
});

it('gives out the newest in its turn too, where no other has waited any more when it was tried', () => {
  const db = made({ pid: 1 }, { pid: 2 }, { pid: 3 }, { pid: 4 });
  const outbox = outboxOf(db);
  expect(pidsOf(outbox.next(2))).toEqual([1, 2]);
  expect(outbox.newest()?.point.record.pid).toBe(4);
  expect(pidsOf(outbox.next(2))).toEqual([4, 3]);
  expect(outbox.next(2)).toEqual([]);
});

it('gives out the same lines again after a run that died before it heard an answer', () => {
  const db = made({ pid: 1 }, { pid: 2 }, { pid: 3 });
  const lines = linesOf(db, outboxOf(db).next(3));
  db.prepare("UPDATE user SET name = 'renamed'").run();
  expect(linesOf(db, outboxOf(db, { host: 'another' }).next(3))).toEqual(lines);
});

it('never gives out again what was acknowledged', () => {
  const db = made({ pid: 1 }, { pid: 2 }, { pid: 3 });
  const outbox = outboxOf(db);
  outbox.acknowledge(outbox.next(2));
  expect(outbox.waiting()).toBe(1);
  expect(pidsOf(outboxOf(db).next(10))).toEqual([3]);
});

it('keeps a refused point out of the way, and gives it out when that is asked for', () => {
  const db = made({ pid: 1 }, { pid: 2 }, { pid: 3 });
  const outbox = outboxOf(db);
  const points = outbox.next(3);
  outbox.setAside(points.slice(1, 2).map((point) => ({ point, status: 400, words: 'no' })));
  outbox.acknowledge(points.slice(0, 1));
  expect(outbox.waiting()).toBe(1);
  expect(pidsOf(outboxOf(db).next(10))).toEqual([3]);
  outbox.acknowledge(points.slice(2));
  expect(outboxOf(db).next(10)).toEqual([]);
  const again = outboxOf(db).refused();
  const retried = again.next(10);
  expect(retried).toEqual(points.slice(1, 2));
  again.acknowledge(retried);
  expect(outboxOf(db).refused().next(10)).toEqual([]);
});

it('passes over what ended before a day, and takes it up when everything is to be sent again', () => {
  const midnightMs = Date.UTC(2026, 2, 29);
  const before = { fromMs: midnightMs - 1_000, toMs: midnightMs };
  const db = made({ pid: 1, ...before }, { pid: 2 });
  const since = outboxOf(db, { sinceMs: midnightMs });
  expect(since.waiting()).toBe(1);
  const sent = since.next(10);
  expect(pidsOf(sent)).toEqual([2]);
  since.acknowledge(sent);
  expect(outboxOf(db).next(10)).toEqual([]);
  requeue(db, { kind: 'everything' });
  expect(pidsOf(outboxOf(db).next(10))).toEqual([2, 1]);
  expect(outboxOf(db).waiting()).toBe(2);
});

it('sends again what was acknowledged since a moment', () => {
  const db = made({ pid: 1 }, { pid: 2 }, { pid: 3 });
  const at = (nowMs: number) => {
    const outbox = outboxOf(db, { nowMs: () => nowMs });
    outbox.acknowledge(outbox.next(1));
  };
  [1_000, 2_000, 3_000].forEach(at);
  expect(outboxOf(db).next(10)).toEqual([]);
  requeue(db, { kind: 'acknowledged since', sinceMs: 2_000 });
  expect(pidsOf(outboxOf(db).next(10))).toEqual([2, 3]);
});

it('passes over nothing when a refused point is accepted while earlier ones wait to be sent again', () => {
  const db = made({ pid: 1 }, { pid: 2 }, { pid: 3 });
  const first = outboxOf(db);
  const sent = first.next(3);
  first.setAside(sent.slice(1, 2).map((point) => ({ point, status: 400, words: 'no' })));
  first.acknowledge(sent);
  requeue(db, { kind: 'everything' });
  const again = outboxOf(db).refused();
  const refused = again.next(1);
  expect(pidsOf(refused)).toEqual([2]);
  again.acknowledge(refused);
  expect(pidsOf(outboxOf(db).next(10))).toContain(1);
});

it('sends again all that was acknowledged of late, though it had been acknowledged long before too', () => {
  const db = made({ pid: 1 }, { pid: 2 }, { pid: 3 });
  const at = (nowMs: number, limit: number) => {
    const outbox = outboxOf(db, { nowMs: () => nowMs });
    outbox.acknowledge(outbox.next(limit));
  };
  [1_000, 1_001, 1_002].forEach((nowMs) => {
    at(nowMs, 1);
  });
  requeue(db, { kind: 'everything' });
  at(9_000, 3);
  requeue(db, { kind: 'acknowledged since', sinceMs: 8_000 });
  expect(pidsOf(outboxOf(db).next(10))).toEqual([1, 2, 3]);
});

it('gives records of one series that end at once milliseconds of their own', () => {
  const many = Array.from({ length: 500 }, (_, at) => ({ pid: 1 + at, cpuMs: at }));
  const db = made(...many, { pid: 900, user: 'bar_org', uid: 1_002 });
  const outbox = outboxOf(db);
  expect(new Set(stampsOf(outbox.next(1_000))).size).toBe(501);
});

it('gives each record the millisecond that a dry run shows, in whatever portions runs take them', () => {
  const inPortions = fc.property(
    fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 150, maxLength: 450 }),
    fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 4, maxLength: 4 }),
    fc.boolean(),
    (ends, limits, isOneRun) => {
      const db = made(...ends.map((ms, at) => ({ pid: 1 + at, toMs: record().fromMs + ms })));
      const shown = [...readDryRunLines(db, { host: 'web1', sinceMs: 0, server: 'influxdb' })];
      const run = outboxOf(db);
      const points = [...limits, ends.length].flatMap((limit) =>
        (isOneRun ? run : acknowledging(db)).next(limit),
      );
      expect(linesOf(db, points)).toEqual(shown.flatMap((lines) => lines.split('\n')));
      journal.remove();
    },
  );
  fc.assert(inPortions, { numRuns: 30 });
});

/** A run after one that has sent all that has its point. */
function acknowledging(db: Database.Database): ReturnType<typeof outboxOf> {
  db.exec('UPDATE shipping SET answered_point_id = (SELECT coalesce(max(point_id), 0) FROM point)');
  return outboxOf(db);
}

it('takes names that look alike once sent for one series, so that none of their points is lost', () => {
  const db = made({ pid: 1, user: 'a\\b', uid: 1_001 }, { pid: 2, user: 'a/b', uid: 1_002 });
  expect(new Set(stampsOf(outboxOf(db).next(2))).size).toBe(2);
  expect(db.prepare('SELECT count(*) FROM series').pluck().get()).toBe(1);
});

it('gives no point to a record that got one from another run since it was read', () => {
  const db = made({ pid: 1 }, { pid: 2 });
  const open = openOne(db);
  insertRecords(db, [record({ pid: 3 })]);
  const read = readNew(db, { afterId: 0, sinceMs: 0, limit: 10 });
  expect(pidsOf(outboxOf(db).next(10))).toEqual([1, 2, 3]);
  const late = new PointAssigner(db, 'web1');
  const assign = db.transaction((records: typeof read) => late.assign(records));
  expect(() => assign(read)).toThrow(/another psusage ship/);
  const readAgain = readNew(db, { afterId: read.passedCreditId, sinceMs: 0, limit: 10 });
  expect(readAgain.records).toEqual([]);
  expect(() => assign({ ...read, afterId: read.passedCreditId })).toThrow(/another psusage ship/);
  complete(db, open);
  expect(db.prepare('SELECT count(*) FROM point').pluck().get()).toBe(3);
});

it('gives no record two points where two runs have read the same, and all of it is complete', () => {
  const db = made({ pid: 1 }, { pid: 2 });
  const read = readNew(db, { afterId: 0, sinceMs: 0, limit: 10 });
  outboxOf(db).next(10);
  expect(() => new PointAssigner(db, 'web1').assign(read)).toThrow(/another psusage ship/);
  expect(db.prepare('SELECT count(*) FROM point').pluck().get()).toBe(2);
});

it('gives no record two points where another run has tried the newest since it was read', () => {
  const db = made({ pid: 1 }, { pid: 2 });
  const read = readNew(db, { afterId: 0, sinceMs: 0, limit: 10 });
  expect(outboxOf(db).newest()?.point.record.pid).toBe(2);
  expect(() => new PointAssigner(db, 'web1').assign(read)).toThrow(/another psusage ship/);
  expect(db.prepare('SELECT count(*) FROM point').pluck().get()).toBe(1);
});

it('gives no record two points where another run has sent everything again since it was read', () => {
  const db = made({ pid: 1 }, { pid: 2 });
  const read = readNew(db, { afterId: 0, sinceMs: 0, limit: 10 });
  outboxOf(db).next(10);
  requeue(db, { kind: 'everything' });
  expect(() => new PointAssigner(db, 'web1').assign(read)).toThrow(/another psusage ship/);
  expect(db.prepare('SELECT count(*) FROM point').pluck().get()).toBe(2);
});

it('refuses a point in a form that it does not know', () => {
  const db = made({});
  outboxOf(db).next(1);
  db.exec('DROP TRIGGER point_never_changes; UPDATE point SET serialiser = 2');
  expect(() => outboxOf(db).next(1)).toThrow(/newer version of psusage/);
});

it('lets nobody change a point', () => {
  const db = made({});
  outboxOf(db).next(1);
  expect(() => db.prepare('UPDATE point SET timestamp_ms = 1').run()).toThrow(/never changes/);
});

it('reads no table from end to end that grows with what was shipped before', () => {
  const db = made({ pid: 1 }, { pid: 2 });
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const outbox = outboxOf(db);
  const [point, ...others] = outbox.next(10);
  if (point !== undefined) outbox.setAside([{ point, status: 400, words: 'no' }]);
  outbox.acknowledge(others);
  outbox.waiting();
  outbox.refused().next(10);
  isStuck(db, 0);
  noteStuck(db, { stop: undefined, wasStuck: false }, 0);
  const statements = new Set(prepare.mock.calls.map(([sql]) => sql));
  prepare.mockRestore();
  const steps = [...statements].flatMap((sql) => planOf(db, sql));
  expect(steps.some((step) => step.startsWith('SEARCH point'))).toBe(true);
  const small = /^SCAN (shipping|refusal|point_ahead|CONSTANT ROW|100-ROW VALUES CLAUSE)/;
  expect(steps.filter((step) => step.startsWith('SCAN') && !small.test(step))).toEqual([]);
});

/** How SQLite would run it, step by step. */
function planOf(db: Database.Database, sql: string): string[] {
  const named = new Map([...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [name, 1]));
  const unnamed = [...sql.matchAll(/\?/g)].map(() => 1);
  const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  return plan.all(...unnamed, Object.fromEntries(named)).map(({ detail }) => detail);
}
