import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MS_PER_SECOND, QUARTER_HOUR_MS, startOfQuarter } from '../../src/shared/units.js';
import { faultsOf } from '../invariants.js';
import { JournalBuilder } from './journal.js';
import { insertRecords, type TestRecord } from './records.js';
import { jsonOf } from './report.js';
import { someRecords } from './some-records.js';

const MIDNIGHT = Date.UTC(2026, 2, 29);
const LATER = Date.UTC(2026, 2, 29, 6);
const RECORDS = someRecords({ count: 5_000, users: 5, seed: 1 });

function cpuSecondsOf(records: readonly TestRecord[]): number {
  return records.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / MS_PER_SECOND;
}

describe('inserted records', () => {
  let journal: JournalBuilder;
  beforeEach(() => {
    journal = new JournalBuilder();
  });
  afterEach(() => {
    journal.remove();
  });

  test('make a journal as sound as a recorded one', () => {
    insertRecords(journal.db, RECORDS);
    expect(faultsOf(journal.db)).toEqual({});
    expect(journal.db.prepare('SELECT count(*) FROM credit').pluck().get()).toBe(RECORDS.length);
  });

  test('can be added to', () => {
    insertRecords(journal.db, RECORDS.slice(0, 3_000));
    insertRecords(journal.db, someRecords({ count: 500, users: 9, seed: 2, fromMs: LATER }));
    insertRecords(journal.db, []);
    expect(faultsOf(journal.db)).toEqual({});
  });

  test('are what a report shows, of a time that was recorded', async () => {
    insertRecords(journal.db, RECORDS);
    const report = await jsonOf(journal, {
      days: { kind: 'day', day: '2026-03-28' },
      timeZone: 'UTC',
    });
    const ofTheDay = RECORDS.filter(({ toMs }) => toMs <= MIDNIGHT);
    expect(report.total.cpuSeconds).toBeCloseTo(cpuSecondsOf(ofTheDay), 3);
    expect(report.total.unseenCpuSeconds).toBeCloseTo(
      cpuSecondsOf(ofTheDay.filter(({ unseen }) => unseen)),
      3,
    );
    expect(report.total.processes).toBe(new Set(ofTheDay.map(({ pid }) => pid)).size);
    expect(report.coverage.recordedSeconds).toBe(6 * 60 * 60);
  });
});

describe('some records', () => {
  test('are as many as wanted, the same for the same seed and others for another', () => {
    expect(RECORDS).toHaveLength(5_000);
    expect(someRecords({ count: 5_000, users: 5, seed: 1 })).toEqual(RECORDS);
    expect(someRecords({ count: 5_000, users: 5, seed: 2 })).not.toEqual(RECORDS);
  });

  test('last from a second to a quarter-hour, and never cross one', () => {
    for (const { fromMs, toMs } of RECORDS) {
      expect(toMs - fromMs).toBeGreaterThanOrEqual(MS_PER_SECOND);
      expect(toMs).toBeLessThanOrEqual(startOfQuarter(fromMs) + QUARTER_HOUR_MS);
    }
  });

  test('are of all users in several programs, some unseen, many of one millisecond', () => {
    const seriesOf = ({ user, program, toMs }: TestRecord) => `${user} ${program} ${toMs}`;
    const programs = RECORDS.filter(({ uid }) => uid === 1_001).map(({ program }) => program);
    expect(new Set(RECORDS.map(({ user }) => user)).size).toBe(5);
    expect(new Set(programs).size).toBe(3);
    expect(RECORDS.some(({ unseen }) => unseen)).toBe(true);
    expect(new Set(RECORDS.map(seriesOf)).size).toBeLessThan((RECORDS.length * 2) / 3);
  });

  test('end at midnight exactly where they live on and where they do not', () => {
    const atMidnight = RECORDS.filter(({ toMs }) => toMs === MIDNIGHT);
    expect(atMidnight.filter(({ ended }) => !ended).length).toBeGreaterThan(10);
    expect(atMidnight.filter(({ ended }) => ended).length).toBeGreaterThan(0);
  });
});
