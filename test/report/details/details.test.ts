import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PeriodOptions } from '../../../src/report/data/period.js';
import { named, NOW } from '../../builders/asked.js';
import { detailsJson, detailsText, lifecyclesMs, sumMs } from '../../builders/details.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';
import { jsonOf } from '../../builders/report.js';
import { someRecords } from '../../builders/some-records.js';
import { pruneUntil } from '../../record/prune/pruned.js';

const MIDNIGHT = Date.parse('2026-03-29T00:00:00+01:00');
const QUARTER_MS = 900_000;

/** A record of foo_com's pool in the first quarter-hour of the day. */
function record(fields: Partial<TestRecord> = {}): TestRecord {
  const { fromMs = MIDNIGHT, toMs = fromMs + 60_000 } = fields;
  const account = { uid: 1001, user: 'foo_com', program: 'php-fpm', command: 'php-fpm8.2' };
  return {
    ...{ pid: 4_000, ...account, cpuMs: 6_000, ended: false, unseen: false, ...fields },
    fromMs,
    toMs,
  };
}

let journal: JournalBuilder;
beforeEach(() => {
  journal = new JournalBuilder();
});
afterEach(() => {
  journal.remove();
});

describe('what lies under a row', () => {
  it.each([1, 2, 3])('adds up to what the report says of each user (seed %i)', async (seed) => {
    insertRecords(journal.db, someRecords({ count: 3_000, users: 4, seed }));
    const report = await jsonOf(journal);
    expect(report.users).not.toEqual([]);
    for (const row of report.users ?? []) {
      const details = await detailsJson(journal, { user: named(String(row.uid)), top: 7 });
      const spentMs = Math.round(row.cpuSeconds * 1_000);
      expect(details.users).toMatchObject([row]);
      expect(details.total).toMatchObject({ cpuSeconds: row.cpuSeconds, processes: row.processes });
      expect(details.lifecycles).toHaveLength(7);
      expect(lifecyclesMs(details)).toBe(spentMs);
      for (const rows of [details.programs, details.commands, details.hours, details.calendar]) {
        expect(sumMs(rows)).toBe(spentMs);
      }
    }
    const everybody = await detailsJson(journal, { view: 'processes', user: undefined });
    expect(lifecyclesMs(everybody)).toBe(Math.round(report.total.cpuSeconds * 1_000));
    const hours = await detailsJson(journal, { view: 'hours', user: undefined });
    expect(sumMs(hours.hours)).toBe(Math.round(report.total.cpuSeconds * 1_000));
    expect(hours.hours.map(({ utilSeconds }) => utilSeconds)).toEqual(
      report.hours.map(({ utilSeconds }) => utilSeconds),
    );
  });

  it('counts a process once that has lived through several quarter-hours', async () => {
    const fromMs = MIDNIGHT + 600_000;
    const markMs = MIDNIGHT + QUARTER_MS;
    insertRecords(journal.db, [
      record({ fromMs, toMs: markMs, cpuMs: 30_000 }),
      record({ fromMs: markMs, toMs: markMs + QUARTER_MS, cpuMs: 90_000 }),
      record({ fromMs: markMs + QUARTER_MS, toMs: markMs + QUARTER_MS + 300_000, ended: true }),
    ]);
    const { lifecycles, others } = await detailsJson(journal);
    expect(others).toBeNull();
    expect(lifecycles).toMatchObject([
      {
        ...{ pid: 4_000, program: 'php-fpm', command: 'php-fpm8.2', cpuSeconds: 126 },
        ...{ started: '2026-03-29T00:10:00+01:00', ended: '2026-03-29T00:35:00+01:00' },
        ...{ durationSeconds: 1_500, cpuPercent: 8.4 },
      },
    ]);
  });

  it('takes of a process over midnight what lies in the day, and its duration in it', async () => {
    const fromMs = MIDNIGHT - 60_000;
    insertRecords(journal.db, [
      record({ fromMs, toMs: MIDNIGHT, cpuMs: 50_000 }),
      record({ fromMs: MIDNIGHT, toMs: MIDNIGHT + 100_000, cpuMs: 10_000, ended: true }),
    ]);
    const { lifecycles } = await detailsJson(journal);
    expect(lifecycles).toMatchObject([
      {
        ...{ started: '2026-03-28T23:59:00+01:00', durationSeconds: 100 },
        ...{ cpuSeconds: 10, cpuPercent: 10 },
      },
    ]);
    const before = await detailsJson(journal, { days: { kind: 'day', day: '2026-03-28' } });
    expect(before.lifecycles).toMatchObject([{ cpuSeconds: 50, durationSeconds: 60, ended: null }]);
  });

  it('says of a process that lives that it has lived until the last sample', async () => {
    insertRecords(journal.db, [record({ cpuMs: 60_000 })]);
    journal.db.prepare('UPDATE recorder_run SET last_tick_ms = ?').run(MIDNIGHT + 600_000);
    const now = MIDNIGHT + 7_200_000;
    const { lifecycles } = await detailsJson(journal, {}, now);
    expect(lifecycles).toMatchObject([{ ended: null, durationSeconds: 600, cpuPercent: 10 }]);
  });

  it('charges each user of a process that changed its user what was theirs', async () => {
    const changedMs = MIDNIGHT + 1_000;
    const cron = { uid: 0, user: 'root', program: 'cron', command: 'cron' };
    insertRecords(journal.db, [
      record({ ...cron, toMs: changedMs, cpuMs: 10 }),
      record({ fromMs: changedMs, toMs: changedMs + 59_000, cpuMs: 5_000, ended: true }),
    ]);
    const ofUser = async (user: string | undefined) =>
      (
        await detailsJson(journal, {
          user: user === undefined ? undefined : named(user),
          view: 'processes',
        })
      ).lifecycles;
    expect(await ofUser('root')).toMatchObject([
      { user: 'root', command: 'cron', cpuSeconds: 0.01 },
    ]);
    expect(await ofUser('foo_com')).toMatchObject([{ command: 'php-fpm8.2', cpuSeconds: 5 }]);
    expect(await ofUser(undefined)).toMatchObject([{ user: 'foo_com', cpuSeconds: 5.01 }]);
    const { programs, total } = await detailsJson(journal);
    expect(programs).toMatchObject([{ program: 'php-fpm', processes: 1 }]);
    expect(total.processes).toBe(1);
  });

  it('counts what is unseen in the row of the parent, and says how much it is', async () => {
    insertRecords(journal.db, [
      record({ cpuMs: 400, command: '(unseen)', unseen: true }),
      record({ cpuMs: 1_000 }),
    ]);
    const { lifecycles } = await detailsJson(journal);
    expect(lifecycles).toMatchObject([
      { command: 'php-fpm8.2', cpuSeconds: 1.4, unseenCpuSeconds: 0.4 },
    ]);
    expect(await detailsText(journal)).toMatch(
      /^php-fpm8\.2 +4000 .* 0:00:01\.4 +0:00:00\.4 +0\.02$/m,
    );
  });

  it('marks what was spread over a gap', async () => {
    insertRecords(journal.db, [record({ pid: 1 }), record({ pid: 2, cpuMs: 5 })]);
    const { lifecycles } = await detailsJson(journal);
    expect(lifecycles.map(({ estimated }) => estimated)).toEqual([false, false]);
    journal.remove();
    journal = new JournalBuilder();
    insertRecords(journal.db, [record()]);
    journal.db.exec('DROP TRIGGER credit_complete_never_changes; UPDATE credit SET estimated = 1');
    expect((await detailsJson(journal)).lifecycles).toMatchObject([{ estimated: true }]);
  });
});

describe('processes that were pruned', () => {
  const NOON_MS = MIDNIGHT + 12 * 3_600_000;

  beforeEach(() => {
    insertRecords(journal.db, [
      record({ ended: true }),
      record({ pid: 2, fromMs: NOON_MS, cpuMs: 30_000, ended: true }),
    ]);
  });

  it('are missing in the list, which says so, and not in the total', async () => {
    pruneUntil(journal.db, NOON_MS);
    const { prunedUntil, lifecycles, total, programs } = await detailsJson(journal);
    expect(prunedUntil).toBe('2026-03-29T13:00:00+02:00');
    expect(lifecycles).toMatchObject([{ pid: 2, cpuSeconds: 30 }]);
    expect(total.cpuSeconds).toBe(36);
    expect(programs).toMatchObject([{ processes: 2, cpuSeconds: 36 }]);
    const note = /^processes from before 13:00 were pruned; their CPU time is in the total$/m;
    expect(await detailsText(journal)).toMatch(note);
    expect(await detailsText(journal, { view: 'processes', user: undefined })).toMatch(note);
  });

  it('are those of whole days where later ones were pruned too', async () => {
    insertRecords(journal.db, [record({ pid: 3, fromMs: NOW - 3_600_000 })]);
    pruneUntil(journal.db, NOW - 7_200_000);
    const kind = 'processes';
    expect(await detailsText(journal, { view: kind })).toMatch(
      /^processes from before 2026-03-31 were pruned; /m,
    );
    expect(await detailsJson(journal, { view: kind })).toMatchObject({
      lifecycles: [],
      others: null,
    });
    const range = { kind: 'range', from: '2026-03-29', to: '2026-03-31' } as const;
    expect(await detailsText(journal, { view: kind, days: range })).toMatch(
      /^processes from before 31 Mar 10:00 were pruned; /m,
    );
  });

  it('are no matter of hours, nor of days after them, nor of a time before the first recording', async () => {
    pruneUntil(journal.db, MIDNIGHT);
    expect((await detailsJson(journal)).prunedUntil).toBeNull();
    expect(await detailsText(journal)).not.toContain('pruned');
    const range = { kind: 'range', from: '2026-03-27', to: '2026-03-29' } as const;
    expect((await detailsJson(journal, { days: range })).prunedUntil).toBeNull();
    pruneUntil(journal.db, NOON_MS);
    expect(await detailsText(journal, { view: 'hours' })).not.toContain('pruned');
  });
});

describe('a user', () => {
  it('may be named by uid', async () => {
    insertRecords(journal.db, [record(), record({ pid: 2, uid: 1002, user: 'bar_org' })]);
    expect((await detailsJson(journal, { user: named('1002') })).onlyUser).toEqual({
      user: 'bar_org',
      uid: 1002,
    });
  });

  it('whose name two have may be named by uid, or as the row is', async () => {
    insertRecords(journal.db, [record(), record({ pid: 2, uid: 1002, cpuMs: 70 })]);
    await expect(detailsText(journal)).rejects.toMatchObject({
      message: '2 users are called foo_com',
      hint: "name one of them: 'foo_com (1001)', 'foo_com (1002)'",
    });
    for (const user of ['1002', 'uid:1002', 'foo_com (1002)']) {
      const { total, lifecycles } = await detailsJson(journal, { user: named(user) });
      expect(total.cpuSeconds).toBe(0.07);
      expect(lifecycles).toMatchObject([{ pid: 2, cpuSeconds: 0.07 }]);
    }
  });

  it('whom nobody knows is an error that names who has a name like that', async () => {
    insertRecords(journal.db, [record(), record({ pid: 2, uid: 1002, user: 'bar_org' })]);
    await expect(detailsText(journal, { user: named('fo_com') })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'no user fo_com is known to the journal or to this system',
      hint: 'similar names: foo_com',
    });
    await expect(detailsText(journal, { user: named('zzz') })).rejects.toMatchObject({
      hint: 'leave out --user to see all users',
    });
  });
});

describe('hours', () => {
  it('that were not recorded have no figures, rather than 0', async () => {
    journal
      .run({ from: '2026-03-29T00:00:00+01:00', to: '2026-03-29T01:30:00+01:00' })
      .user(1001, 'foo_com')
      .usage({ at: '2026-03-29T00:10:00+01:00', uid: 1001, started: 1, cpuMs: 36_000 });
    const { hours } = await detailsJson(journal, { view: 'hours', user: undefined });
    expect(hours).toHaveLength(23);
    expect(hours.slice(0, 3)).toMatchObject([
      { recordedSeconds: 3_600, cpuSeconds: 36, capacityPercent: 0.5 },
      { recordedSeconds: 1_800, cpuSeconds: 0, capacityPercent: 0 },
      { recordedSeconds: 0, cpuSeconds: null, capacityPercent: null },
    ]);
    const csv = await detailsText(journal, { view: 'hours', user: undefined, format: 'csv' });
    expect(csv.split('\n')[3]).toBe(
      'web1,2026-03-29T03:00:00+02:00,2026-03-29T04:00:00+02:00,,,0,,,,,',
    );
    const table = await detailsText(journal, { view: 'hours', user: undefined });
    expect(table).toMatch(/^00:00 +0\.60 +0\.50 % +100 % +0:00:36 {2}▎$/m);
    expect(table).toMatch(/^03:00 – 24:00 {2}not recorded$/m);
  });

  it('that were not recorded and follow each other are one line, up to now at most', async () => {
    journal
      .run({ from: '2026-03-28T08:00:00Z', to: '2026-03-28T10:00:00Z' })
      .run({ from: '2026-03-29T09:00:00Z', to: '2026-03-29T10:00:00Z' })
      .user(1001, 'foo_com')
      .usage({ at: '2026-03-29T09:10:00Z', uid: 1001, started: 1, cpuMs: 36_000 });
    const asked = { view: 'hours', user: undefined, timeZone: 'UTC' } as const;
    const nowMs = Date.parse('2026-03-29T12:40:00Z');
    const hoursIn = async (days: PeriodOptions) => {
      const table = await detailsText(journal, { ...asked, days }, {}, nowMs);
      return [...table.matchAll(/^(?:\d+ Mar )?\d\d:00 .*$/gm)].map(([line]) => line);
    };
    expect(await hoursIn({ kind: 'day', day: '2026-03-29' })).toEqual([
      '00:00 – 09:00  not recorded',
      expect.stringMatching(/^09:00 +0\.60 +0\.50 % /),
      '10:00 – 12:40  not recorded',
    ]);
    expect(await hoursIn({ kind: 'range', from: '2026-03-28', to: '2026-03-29' })).toEqual([
      '28 Mar 00:00 – 28 Mar 08:00  not recorded',
      expect.stringMatching(/^28 Mar 08:00 +0( |$)/),
      expect.stringMatching(/^28 Mar 09:00 +0( |$)/),
      '28 Mar 10:00 – 29 Mar 09:00  not recorded',
      expect.stringMatching(/^29 Mar 09:00 +0\.60 +0\.50 % /),
      '29 Mar 10:00 – 29 Mar 12:40  not recorded',
    ]);
  });

  it.each([40, 60, 72, 100])('fit a terminal of %i columns with their gaps', async (columns) => {
    journal
      .run({ from: '2026-03-28T08:00:00Z', to: '2026-03-28T10:00:00Z' })
      .run({ from: '2026-03-29T09:00:00Z', to: '2026-03-29T10:00:00Z' })
      .user(1001, 'foo_com')
      .usage({ at: '2026-03-29T09:10:00Z', uid: 1001, started: 1, cpuMs: 36_000 });
    const days = { kind: 'range', from: '2026-03-28', to: '2026-03-29' } as const;
    const table = await detailsText(journal, { view: 'hours', user: undefined, days }, { columns });
    expect(table).toContain('28 Mar 11:00 – 29 Mar 11:00  ');
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('in which no sample was taken are estimated where a process lived through them', async () => {
    journal
      .run({ from: '2026-03-29T00:00:00Z', to: '2026-03-29T04:00:00Z' })
      .gap('2026-03-29T01:00:00Z', '2026-03-29T03:00:00Z')
      .user(1001, 'foo_com')
      .usage({ at: '2026-03-29T01:00:00Z', uid: 1001, takenOver: 1, cpuMs: 60_000 });
    const asked = { view: 'hours', user: undefined, timeZone: 'UTC' } as const;
    const table = await detailsText(journal, asked);
    expect(table).toMatch(
      /^01:00 +1\.00 +estimated +0 % +0:01:00\n02:00 – 03:00 {2}not recorded$/m,
    );
  });

  it('that are not over are held against what has come to pass of them', async () => {
    journal
      .run({ from: '2026-03-29T00:00:00Z', to: '2026-03-29T02:30:00Z', endReason: null })
      .user(1001, 'foo_com')
      .usage({ at: '2026-03-29T01:00:00Z', uid: 1001, started: 1, cpuMs: 3_600_000 })
      .usage({ at: '2026-03-29T02:00:00Z', uid: 1001, cpuMs: 1_800_000 });
    const asked = { view: 'hours', user: undefined, timeZone: 'UTC' } as const;
    const nowMs = Date.parse('2026-03-29T02:30:00Z');
    const table = await detailsText(journal, asked, {}, nowMs);
    expect(table).toMatch(/^01:00 +60\.0 +50\.0 % .* █+$/m);
    expect(table).toMatch(/^02:00 +30\.0 +50\.0 % .* █+$/m);
  });

  it('of the day on which clocks go back are 25, and the one that comes twice is told apart', async () => {
    const midnightMs = Date.parse('2026-10-25T00:00:00+02:00');
    insertRecords(journal.db, [record({ fromMs: midnightMs + 8_100_000 })]);
    journal.run({ from: '2026-10-24T00:00:00Z', to: '2026-10-26T00:00:00Z' });
    const days = { kind: 'day', day: '2026-10-25' } as const;
    const now = Date.parse('2026-10-27T00:00:00Z');
    const table = await detailsText(journal, { view: 'hours', days }, {}, now);
    const labels = [...table.matchAll(/^(\d\d:00(?: [+-]\d\d:00)?) /gm)].map(([, label]) => label);
    expect(labels).toHaveLength(25);
    expect(labels.slice(1, 5)).toEqual(['01:00', '02:00 +02:00', '02:00 +01:00', '03:00']);
  });

  it('of a day that is not over go on to now', async () => {
    insertRecords(journal.db, [record()]);
    const now = MIDNIGHT + 3_600_000 + 60_000;
    const table = await detailsText(journal, { view: 'hours' }, {}, now);
    expect(table.match(/^\d\d:00 /gm)).toEqual(['00:00 ', '01:00 ']);
  });

  it('of a day without any sample are one sentence', async () => {
    insertRecords(journal.db, [record()]);
    const days = { kind: 'day', day: '2026-03-30' } as const;
    const table = await detailsText(journal, { view: 'hours', user: undefined, days });
    expect(table).toMatch(/\n\nnothing was recorded on this day\n$/);
  });

  it('are days in the chart of a range', async () => {
    insertRecords(journal.db, [record(), record({ pid: 2, fromMs: MIDNIGHT - QUARTER_MS })]);
    const days = { kind: 'range', from: '2026-03-28', to: '2026-03-30' } as const;
    const table = await detailsText(journal, { days });
    expect(table.match(/^2026-03-\d\d /gm)).toEqual(['2026-03-28 ', '2026-03-29 ', '2026-03-30 ']);
    const before = { kind: 'range', from: '2026-03-25', to: '2026-03-29' } as const;
    expect(await detailsText(journal, { days: before })).toMatch(
      /^2026-03-25 – 2026-03-27 {2}not recorded\n2026-03-28 .*\n2026-03-29 /m,
    );
  });
});

describe('the CSV of a user', () => {
  it('has lines for each part that add up, and names that are no formulas', async () => {
    const evil = { program: '=1+1', command: '@x' };
    insertRecords(journal.db, [record(), record({ pid: 2, ...evil, cpuMs: 1_500 })]);
    const csv = await detailsText(journal, { format: 'csv' });
    const [head = '', ...lines] = csv.trimEnd().split('\n');
    const columns = head.split(',');
    const sums = new Map<string, number>();
    for (const line of lines) {
      const cells = line.split(',');
      expect(cells).toHaveLength(columns.length);
      const part = cells[columns.indexOf('part')] ?? '';
      const spentMs = Number(cells[columns.indexOf('cpu_seconds')]) * 1_000;
      sums.set(part, (sums.get(part) ?? 0) + spentMs);
    }
    expect(Object.fromEntries(sums)).toEqual({
      ...{ program: 7_500, command: 7_500, hour: 7_500, day: 7_500, process: 7_500 },
    });
    expect(csv).toContain(",'=1+1,");
    expect(csv).not.toMatch(/,[=@]/);
  });
});
