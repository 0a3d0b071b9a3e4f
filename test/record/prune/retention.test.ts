import { existsSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ChangeSet } from '../../../src/record/tracker/change-set.js';
import { emptyState } from '../../../src/record/tracker/state.js';
import { createLog } from '../../../src/record/log.js';
import { RecorderJournal } from '../../../src/record/journal/recorder-journal.js';
import { Retention } from '../../../src/record/prune/retention.js';
import { JournalError } from '../../../src/shared/journal/errors.js';
import { tryLock } from '../../../src/shared/journal/lock.js';
import { openJournal } from '../../../src/shared/journal/open.js';
import { setAsideBeside } from '../salvage/damaged.js';
import { MS_PER_DAY } from '../../../src/shared/units.js';
import { journalOf, record } from '../ship/journal-to-ship.js';

const NOON_MS = Date.UTC(2026, 2, 29, 12);

/** A recorder's retention of a day over two thousand lifecycles of a second, at a time of the test's choice. */
function retentionOf() {
  const records = Array.from({ length: 2_000 }, (_, at) => record({ pid: 100 + at }));
  const { path } = journalOf(records).close();
  const journal = RecorderJournal.open(path, 'a-boot', NOON_MS);
  const lines: string[] = [];
  const log = createLog({ level: 'info', style: 'json', write: (line) => lines.push(line) });
  const clock = { nowMs: 0 };
  const retention = new Retention(journal, MS_PER_DAY, log, () => clock.nowMs);
  const other = openJournal(path, NOON_MS);
  const left = () => other.prepare('SELECT count(*) FROM credit').pluck().get();
  const goOn = () => {
    retention.continue(NOON_MS + 10 * MS_PER_DAY);
  };
  return { path, journal, other, clock, lines, left, goOn };
}

const NEXT = { process: 10_000, credit: 10_000 };

/** Begins a run that follows nothing. */
function beginRun(journal: RecorderJournal): void {
  journal.beginRun({
    ...{ pid: 1, version: '0', host: 'web1', vcpus: 2, programs: [], users: [], forks: true },
    ...{ intervalMs: 1_000, visibility: 'all', precision: 'cuu', anchorMs: 0, startedMs: NOON_MS },
  });
}

/** A tick in which nothing happened. */
function tick(journal: RecorderJournal, bootMs: number): void {
  const { changes } = new ChangeSet(emptyState(0, NEXT)).close();
  const moment = { lastTickMs: NOON_MS + bootMs, lastTickBootMs: bootMs, anchorMs: NOON_MS };
  journal.writeTick({
    changes,
    heartbeat: {
      ...moment,
      ppid: null,
      cpuMs: null,
      agesUnknown: 0,
      usersUnmapped: 0,
      unmatched: [],
    },
  });
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

it('a recorder goes on with the file that it has put back, when the journal was removed meanwhile', () => {
  const { path, journal, other, clock, lines, goOn } = retentionOf();
  beginRun(journal);
  clock.nowMs = 6 * 60_000;
  goOn();
  other.close();
  for (const suffix of ['', '-wal', '-shm', '-prune-lock']) rmSync(path + suffix, { force: true });
  tick(journal, 20_000);
  expect(existsSync(path)).toBe(true);
  for (let times = 0; times < 100; times += 1) goOn();
  journal.close();
  const kept = openJournal(path, NOON_MS);
  expect(kept.prepare('SELECT count(*) FROM credit').pluck().get()).toBe(1);
  kept.close();
  // A thousand and a half were left when it was put back, of which the newest stays.
  expect(lines.map((line) => /"records":\d+|"msg":"[^"]*"/g.exec(line)?.[0])).toEqual([
    '"records":1499',
  ]);
});

it('a recorder goes on with the new journal when the old one was set aside meanwhile, and leaves that alone', () => {
  const { path, journal, other, clock, lines, goOn } = retentionOf();
  beginRun(journal);
  clock.nowMs = 6 * 60_000;
  goOn();
  other.close();
  const damage = new JournalError('SQLITE_CORRUPT', 'database disk image is malformed');
  journal.replaceDamaged(emptyState(0, NEXT), damage, NOON_MS);
  for (let times = 0; times < 100; times += 1) goOn();
  expect(lines).toEqual([]);
  expect(tryLock(path, 'prune')).toBeDefined();
  journal.close();
  const [aside = ''] = setAsideBeside(path);
  const kept = openJournal(aside, NOON_MS);
  expect(kept.prepare('SELECT count(*) FROM credit').pluck().get()).toBe(1_500);
  kept.close();
});
