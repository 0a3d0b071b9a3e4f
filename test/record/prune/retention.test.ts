import { expect, it } from 'vitest';
import { createLog } from '../../../src/record/log.js';
import { RecorderJournal } from '../../../src/record/journal/recorder-journal.js';
import { Retention } from '../../../src/record/prune/retention.js';
import { tryLock } from '../../../src/shared/journal/lock.js';
import { openJournal } from '../../../src/shared/journal/open.js';
import { MS_PER_DAY } from '../../../src/shared/units.js';
import { journalOf, record } from '../ship/journal-to-ship.js';

const NOON_MS = Date.UTC(2026, 2, 29, 12);

/** A recorder's retention of a day over two thousand lifecycles of a second, at a time of the test's choice. */
function retentionOf() {
  const records = Array.from({ length: 2_000 }, (_, at) => record({ pid: 100 + at }));
  const { path } = journalOf(records).close();
  const journal = RecorderJournal.open(path, 'a-boot', NOON_MS);
  const lines: string[] = [];
  const log = createLog({ level: 'info', forPerson: false, write: (line) => lines.push(line) });
  const clock = { nowMs: 0 };
  const retention = new Retention(journal, MS_PER_DAY, log, () => clock.nowMs);
  const other = openJournal(path, NOON_MS);
  const left = () => other.prepare('SELECT count(*) FROM credit').pluck().get();
  const goOn = () => {
    retention.goOn(NOON_MS + 10 * MS_PER_DAY);
  };
  return { path, other, clock, lines, left, goOn };
}

it('a recorder prunes a piece after each tick, some minutes after its start and then once a day', () => {
  const { clock, lines, left, goOn } = retentionOf();
  goOn();
  expect(left()).toBe(2_000);
  clock.nowMs = 6 * 60_000;
  goOn();
  expect(left()).toBe(1_500);
  for (let tick = 0; tick < 100; tick++) goOn();
  expect(left()).toBe(1);
  expect(lines.join('')).toContain('"records":1999');
  expect(lines).toHaveLength(1);
});

it('a recorder waits for nobody who writes, and goes on after the next tick', () => {
  const { clock, other, lines, left, goOn } = retentionOf();
  clock.nowMs = 6 * 60_000;
  other.exec('BEGIN IMMEDIATE');
  goOn();
  expect(left()).toBe(2_000);
  other.exec('COMMIT');
  goOn();
  expect(left()).toBe(1_500);
  expect(lines).toEqual([]);
});

it('a recorder leaves a journal alone that somebody prunes, until the next day', () => {
  const { path, clock, left, goOn } = retentionOf();
  const lock = tryLock(path, 'prune');
  clock.nowMs = 6 * 60_000;
  goOn();
  lock?.release();
  goOn();
  expect(left()).toBe(2_000);
  clock.nowMs += MS_PER_DAY;
  goOn();
  expect(left()).toBe(1_500);
});
