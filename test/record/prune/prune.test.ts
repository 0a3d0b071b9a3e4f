import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { StateTables } from '../../../src/record/journal/state-tables.js';
import { requeue } from '../../../src/record/ship/requeue.js';
import { readPrunedUntilMs } from '../../../src/shared/journal/pruned.js';
import { MS_PER_HOUR } from '../../../src/shared/units.js';
import type { JournalBuilder } from '../../builders/journal.js';
import { journalOf, openOne, linesOf, outboxOf, record } from '../ship/journal-to-ship.js';
import { pruneUntil } from './pruned.js';

const NOON_MS = Date.UTC(2026, 2, 29, 12);

let journal: JournalBuilder | undefined;
afterEach(() => {
  journal?.remove();
  journal = undefined;
});

/** Lifecycles of a second, an hour apart from noon on. */
function hourly(lives: number): Database.Database {
  journal = journalOf(
    Array.from({ length: lives }, (_, hour) => {
      const fromMs = NOON_MS + hour * MS_PER_HOUR;
      return record({ pid: 100 + hour, fromMs, toMs: fromMs + 1_000 });
    }),
  );
  return journal.db;
}

function ids(db: Database.Database, table: 'credit' | 'point' | 'process' | 'refusal'): number[] {
  const column = table === 'refusal' ? 'point_id' : `${table}_id`;
  return db.prepare<[], number>(`SELECT ${column} FROM ${table} ORDER BY 1`).pluck().all();
}

/** Gives the next records their points and has them acknowledged. */
function ship(db: Database.Database, records: number): void {
  const outbox = outboxOf(db);
  outbox.acknowledge(outbox.next(records));
}

it('prunes what ended before the moment, with its process, where nothing was ever shipped', () => {
  const db = hourly(6);
  const pruned = pruneUntil(db, NOON_MS + 3 * MS_PER_HOUR);
  expect(pruned).toMatchObject({ delete: 3, processes: 3, unshipped: 0, refused: 0 });
  expect(ids(db, 'credit')).toEqual([4, 5, 6]);
  expect(ids(db, 'process')).toEqual([4, 5, 6]);
  expect(readPrunedUntilMs(db)).toBe(NOON_MS + 3 * MS_PER_HOUR);
});

it('leaves what was counted when sums go; what was idle as long as records are kept goes', () => {
  const db = hourly(1);
  const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  pruneUntil(db, NOON_MS, { sumsMs: NOON_MS + MS_PER_HOUR });
  expect([count('usage'), count('counter')]).toEqual([0, 1]);
  pruneUntil(db, NOON_MS + MS_PER_HOUR);
  expect(count('counter')).toBe(0);
});

it('says nothing of a time in which there was nothing to prune', () => {
  const db = hourly(2);
  pruneUntil(db, NOON_MS);
  expect(readPrunedUntilMs(db)).toBeUndefined();
});

it('prunes points with their records, and keeps what waits or was refused', () => {
  const db = hourly(8);
  const outbox = outboxOf(db);
  const [first, second, third] = outbox.next(3);
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('too few');
  outbox.setAside([{ point: second, status: 400, words: 'no' }]);
  outbox.acknowledge([first, second, third]);
  outbox.next(2);
  expect(pruneUntil(db, NOON_MS + 24 * MS_PER_HOUR)).toMatchObject({
    delete: 2,
    refused: 1,
    unshipped: 5,
  });
  expect(ids(db, 'credit')).toEqual([2, 4, 5, 6, 7, 8]);
  expect(ids(db, 'point')).toEqual([2, 4, 5]);
  expect(linesToSend(db)).toHaveLength(6);
});

it('never prunes what waits for a server, whatever was sent, answered and refused', () => {
  const number = fc.integer({ min: 0, max: 12 });
  const property = fc.property(
    number,
    number,
    fc.array(number),
    number,
    (sent, answered, refused, hours) => {
      const db = hourly(12);
      const points = outboxOf(db).next(sent);
      const done = points.slice(0, answered);
      const outbox = outboxOf(db);
      const bad = done.filter(({ pointId }) => refused.includes(pointId));
      outbox.setAside(bad.map((point) => ({ point, status: 400, words: 'no' })));
      outbox.acknowledge(done);
      const wanted = linesToSend(db);
      pruneUntil(db, NOON_MS + hours * MS_PER_HOUR);
      if (sent > 0) expect(linesToSend(db)).toEqual(wanted);
      expect(ids(db, 'credit').filter((id) => id > hours)).toHaveLength(12 - hours);
      journal?.remove();
    },
  );
  fc.assert(property, { numRuns: 12 });
});

/** All that a run would send now, what was refused too; without settling anything. */
function linesToSend(db: Database.Database): string[] {
  db.exec('SAVEPOINT look');
  const outbox = outboxOf(db);
  const points = [...outbox.refused().next(100), ...outbox.next(100)];
  const lines = linesOf(db, points);
  db.exec('ROLLBACK TO look; RELEASE look');
  return lines;
}

it('gives no number out again', () => {
  const db = hourly(4);
  ship(db, 4);
  const before = new StateTables(db, 1).loadNextIds();
  pruneUntil(db, NOON_MS + 24 * MS_PER_HOUR);
  expect(new StateTables(db, 1).loadNextIds()).toEqual(before);
  expect(ids(db, 'point')).toEqual([4]);
});

it('sends again what was acknowledged since a moment, and no more than without pruning', () => {
  const db = hourly(6);
  for (const nowMs of [1_000, 2_000, 3_000]) {
    const outbox = outboxOf(db, { nowMs: () => nowMs });
    outbox.acknowledge(outbox.next(2));
  }
  pruneUntil(db, NOON_MS + 3 * MS_PER_HOUR);
  requeue(db, { kind: 'acknowledged since', sinceMs: 2_500 });
  expect(
    outboxOf(db)
      .next(10)
      .map(({ pointId }) => pointId),
  ).toEqual([5, 6]);
  requeue(db, { kind: 'acknowledged since', sinceMs: 500 });
  expect(
    outboxOf(db)
      .next(10)
      .map(({ pointId }) => pointId),
  ).toEqual([4, 5, 6]);
});

/** The points that would be sent again, were that asked for since a moment. */
function toResend(db: Database.Database, sinceMs: number): number[] {
  return db
    .prepare<[number], number>(
      `SELECT point_id FROM point WHERE point_id > coalesce(
         (SELECT max(point_id) FROM acknowledgement WHERE acknowledged_ms < ?), 0) ORDER BY 1`,
    )
    .pluck()
    .all(sinceMs);
}

function moments(db: Database.Database): unknown[] {
  return db.prepare('SELECT acknowledged_ms FROM acknowledgement ORDER BY point_id').pluck().all();
}

it('prunes moments of acknowledgement of which no point is left, and all but the newest', () => {
  const db = hourly(6);
  for (const nowMs of [1_000, 2_000, 3_000]) {
    const outbox = outboxOf(db, { nowMs: () => nowMs });
    outbox.acknowledge(outbox.next(2));
  }
  pruneUntil(db, NOON_MS + 3 * MS_PER_HOUR);
  expect(moments(db)).toEqual([2_000, 3_000]);
  pruneUntil(db, NOON_MS + 24 * MS_PER_HOUR);
  expect(moments(db)).toEqual([3_000]);
});

it('leaves one moment of acknowledgement an hour where they are old, so that resending may send an hour more', () => {
  const minute = fc.integer({ min: 0, max: 300 });
  const property = fc.property(
    fc.array(minute, { minLength: 1, maxLength: 12 }),
    minute,
    fc.integer({ min: 0, max: 12 }),
    (minutes, eachMinute, hours) => {
      const db = hourly(12);
      for (const at of [...minutes].sort((a, b) => a - b)) {
        const outbox = outboxOf(db, { nowMs: () => at * 60_000 });
        outbox.acknowledge(outbox.next(1));
      }
      const sinces = Array.from({ length: 62 }, (_, at) => at * 5 * 60_000);
      const before = new Map(sinces.map((since) => [since, toResend(db, since)]));
      pruneUntil(db, NOON_MS + hours * MS_PER_HOUR, { eachMomentMs: eachMinute * 60_000 });
      const left = new Set(ids(db, 'point'));
      const leftOf = (since: number) => (before.get(since) ?? []).filter((id) => left.has(id));
      for (const since of sinces) {
        const again = toResend(db, since);
        expect(again).toEqual(expect.arrayContaining(leftOf(since)));
        expect(leftOf(Math.max(0, since - MS_PER_HOUR))).toEqual(expect.arrayContaining(again));
        if (since > eachMinute * 60_000 + MS_PER_HOUR) expect(again).toEqual(leftOf(since));
      }
      const hoursTold = new Set(minutes.map((at) => Math.floor(at / 60)));
      const young = minutes.filter((at) => at >= eachMinute).length;
      expect(moments(db).length).toBeLessThanOrEqual(hoursTold.size + young + 1);
      journal?.remove();
    },
  );
  fc.assert(property, { numRuns: 20 });
});

it('passes over a record that a clock set back has put where points were pruned', () => {
  const db = hourly(3);
  ship(db, 3);
  pruneUntil(db, NOON_MS + 24 * MS_PER_HOUR);
  const late = openOne(db);
  db.prepare('UPDATE credit SET from_ms = ?, to_ms = ?, state = 2 WHERE credit_id = ?').run(
    ...[NOON_MS, NOON_MS + 1_000, late],
  );
  expect(outboxOf(db).next(10)).toEqual([]);
});

it('keeps an open record, however old, and the process that it is of', () => {
  const db = hourly(3);
  const open = openOne(db);
  db.prepare('UPDATE credit SET process_id = 1 WHERE credit_id = ?').run(open);
  pruneUntil(db, NOON_MS + 24 * MS_PER_HOUR);
  expect(ids(db, 'credit')).toContain(open);
  expect(ids(db, 'process')).toContain(1);
});

it('prunes sums, and runs that ended before them, only where they are too old themselves', () => {
  const db = hourly(6);
  const sums = () => db.prepare('SELECT count(*) FROM usage').pluck().get();
  pruneUntil(db, NOON_MS + 24 * MS_PER_HOUR);
  expect(sums()).toBe(6);
  const untilMs = NOON_MS + 2 * MS_PER_HOUR;
  pruneUntil(db, NOON_MS + 24 * MS_PER_HOUR, { sumsMs: untilMs });
  expect(sums()).toBe(4);
  expect(db.prepare('SELECT count(*) FROM recorder_run').pluck().get()).toBe(1);
});
