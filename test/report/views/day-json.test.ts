import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW } from '../../builders/asked.js';
import { JournalBuilder } from '../../builders/journal.js';
import { jsonOf } from '../../builders/report.js';

describe('the JSON of a day', () => {
  let journal: JournalBuilder;
  beforeEach(() => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-30T12:00:00Z' })
      .user(1001, 'foo_com')
      .user(1002, 'bar_org')
      .usage({ at: '2026-03-28T23:00:00Z', uid: 1001, takenOver: 2, cpuMs: 41_250 })
      .usage({
        at: '2026-03-29T00:45:00Z',
        uid: 1001,
        started: 10,
        cpuMs: 20_000,
        unseenCpuMs: 400,
      })
      .usage({ at: '2026-03-29T01:00:00Z', uid: 1002, started: 1, cpuMs: 600_000 });
  });
  afterEach(() => {
    journal.remove();
  });

  it('says what everybody spent, in every unit', async () => {
    expect(await jsonOf(journal)).toMatchObject({
      schema: 1,
      host: 'web1',
      from: '2026-03-29T00:00:00+01:00',
      to: '2026-03-30T00:00:00+02:00',
      timeZone: 'Europe/Ljubljana',
      vcpus: 2,
      utilSecondsPerVcpuDay: 8_640_000,
      capacityUtilSeconds: 16_560_000,
      coverage: { recordedSeconds: 82_800, gapSeconds: 0, gaps: 0, complete: true },
      users: [
        { user: 'bar_org', uid: 1002, utilSeconds: 60_000, credits: 10 },
        {
          user: 'foo_com',
          uid: 1001,
          processes: 12,
          cpuSeconds: 61.25,
          utilSeconds: 6_125,
          credits: 1.020833,
          unseenCpuSeconds: 0.4,
          budgetUtilSeconds: 8_640_000,
          budgetPercent: 0.070891,
          capacityPercent: 0.036987,
        },
      ],
      others: null,
      total: {
        processes: 13,
        cpuSeconds: 661.25,
        utilSeconds: 66_125,
        credits: 11.020833,
        unseenCpuSeconds: 0.4,
        capacityPercent: 0.399306,
      },
    });
  });

  it('has the 23 hours of the day that clocks go forward, with what each user spent', async () => {
    const { hours } = await jsonOf(journal);
    expect(hours).toHaveLength(23);
    expect(hours.slice(0, 4)).toEqual([
      { from: '2026-03-29T00:00:00+01:00', utilSeconds: { foo_com: 4_125 } },
      { from: '2026-03-29T01:00:00+01:00', utilSeconds: { foo_com: 2_000 } },
      { from: '2026-03-29T03:00:00+02:00', utilSeconds: { bar_org: 60_000 } },
      { from: '2026-03-29T04:00:00+02:00', utilSeconds: {} },
    ]);
  });

  it('has hours that begin at half past in UTC where the zone does', async () => {
    const { hours } = await jsonOf(journal, { timeZone: 'Asia/Kolkata' });
    expect(hours[4]?.from).toBe('2026-03-29T04:00:00+05:30');
    expect(hours[4]?.utilSeconds).toEqual({ foo_com: 4_125 });
    expect(hours[6]?.utilSeconds).toEqual({ foo_com: 2_000, bar_org: 60_000 });
  });

  it('has the same shape when nothing was recorded', async () => {
    const full = await jsonOf(journal);
    const empty = await jsonOf(journal, { days: { kind: 'day', day: '2026-03-31' } });
    expect(Object.keys(empty)).toEqual(Object.keys(full));
    expect(empty).toMatchObject({
      host: 'named-by-option',
      vcpus: null,
      capacityUtilSeconds: null,
      coverage: { recordedSeconds: 0, gapSeconds: 43_200, gaps: 1, complete: false },
      users: [],
      total: { processes: 0, cpuSeconds: 0, capacityPercent: null },
    });
    expect(empty.hours).toHaveLength(24);
  });

  it('of a day that is not over has the whole day as its end, capacity and budget', async () => {
    const report = await jsonOf(journal, {}, Date.parse('2026-03-29T10:00:00Z'));
    expect(report.to).toBe('2026-03-30T00:00:00+02:00');
    expect(report.capacityUtilSeconds).toBe(16_560_000);
    expect(report.users?.[0]?.budgetUtilSeconds).toBe(8_640_000);
    expect(report.coverage).toMatchObject({ recordedSeconds: 39_600, complete: true });
  });

  it.each([
    ['1 s', 1_000, '2026-03-29T10:00:24Z', true],
    ['1 s', 1_000, '2026-03-29T10:00:25Z', false],
    ['1 min', 60_000, '2026-03-29T10:02:14Z', true],
    ['1 min', 60_000, '2026-03-29T10:02:15Z', false],
  ])(
    'says whether a recorder that samples each %s (%i ms) runs at %s: %s',
    async (_, intervalMs, now, running) => {
      journal.remove();
      journal = new JournalBuilder().run({
        from: '2026-03-28T10:00:00Z',
        to: '2026-03-29T10:00:00Z',
        intervalMs,
        endReason: null,
      });
      expect((await jsonOf(journal, {}, Date.parse(now))).runs).toMatchObject([{ running }]);
    },
  );

  it('of a day that begins after the last sample has the run that goes on', async () => {
    journal.remove();
    journal = new JournalBuilder().run({
      from: '2026-03-28T10:00:00Z',
      to: '2026-03-28T22:59:30Z',
      intervalMs: 60_000,
      endReason: null,
    });
    const report = await jsonOf(journal, {}, Date.parse('2026-03-28T23:00:20Z'));
    expect(report.runs).toMatchObject([{ running: true }]);
    expect(report.coverage).toMatchObject({ recordedSeconds: 20, complete: true });
  });

  it('has a budget for each day of a range', async () => {
    const days = { kind: 'range', from: '2026-03-28', to: '2026-03-30' } as const;
    const report = await jsonOf(journal, { days });
    expect(report.users?.[0]?.budgetUtilSeconds).toBe(3 * 8_640_000);
    expect(report.capacityUtilSeconds).toBe(2 * 100 * 71 * 3_600);
    expect(report.hours).toHaveLength(71);
  });

  it('names the rows after what they stand for', async () => {
    journal.usage({
      at: '2026-03-29T05:00:00Z',
      uid: 1001,
      program: 'mysqld',
      cpuMs: 1,
      started: 1,
    });
    const byProgram = await jsonOf(journal, { by: 'program' });
    expect(byProgram.users).toBeUndefined();
    expect(byProgram.programs?.map((row) => row.program)).toEqual(['php-fpm', 'mysqld']);
    const byCommand = await jsonOf(journal, { by: 'command' });
    expect(byCommand.commands?.map((row) => row.command)).toEqual(['php-fpm8.2', 'mysqld']);
    expect(byCommand.total).toEqual(byProgram.total);
  });

  it('by host has all in the row of the host that the runs name, in the hours too', async () => {
    const byUser = await jsonOf(journal);
    const { hosts, hours, total } = await jsonOf(journal, { by: 'host' });
    expect(total).toEqual(byUser.total);
    expect(hosts).toHaveLength(1);
    expect(hosts?.[0]).toMatchObject({ host: 'web1', budgetUtilSeconds: 8_640_000, ...total });
    expect(hours.slice(0, 4).map(({ utilSeconds }) => utilSeconds)).toEqual([
      { web1: 4_125 },
      { web1: 2_000 },
      { web1: 60_000 },
      {},
    ]);
    const days = { kind: 'day', day: '2026-03-31' } as const;
    expect((await jsonOf(journal, { by: 'host', days })).hosts).toEqual([]);
  });

  it('says which host it is of', async () => {
    expect(await jsonOf(journal)).toMatchObject({ source: 'journal', hostNames: ['web1'] });
  });

  it('keeps apart two users of one name', async () => {
    journal
      .user(1003, 'foo_com')
      .usage({ at: '2026-03-28T23:00:00Z', uid: 1003, started: 1, cpuMs: 10 });
    const { users, hours } = await jsonOf(journal);
    expect(users?.map((row) => [row.user, row.uid])).toEqual([
      ['bar_org', 1002],
      ['foo_com', 1001],
      ['foo_com', 1003],
    ]);
    expect(hours[0]?.utilSeconds).toEqual({ 'foo_com (1001)': 4_125, 'foo_com (1003)': 1 });
  });

  it('has the rows that are not the largest in one, in the hours too', async () => {
    const report = await jsonOf(journal, { top: 1 });
    expect(report.users).toHaveLength(1);
    expect(report.others).toMatchObject({ rows: 1, processes: 12, cpuSeconds: 61.25 });
    expect(report.total.cpuSeconds).toBe(661.25);
    expect(report.hours[0]?.utilSeconds).toEqual({ '(others)': 4_125 });
  });

  it('bears names that mean something to JavaScript or to a terminal', async () => {
    journal
      .user(1004, '__proto__')
      .user(1005, '\u{1b}[31mred')
      .usage({ at: '2026-03-28T23:00:00Z', uid: 1004, started: 1, cpuMs: 20 })
      .usage({ at: '2026-03-28T23:00:00Z', uid: 1005, started: 1, cpuMs: 30 });
    const { hours } = await jsonOf(journal);
    expect(Object.entries(hours[0]?.utilSeconds ?? {})).toEqual([
      ['foo_com', 4_125],
      ['__proto__', 2],
      ['\u{1b}[31mred', 3],
    ]);
  });

  it('takes the name of the host from the last run of the period', async () => {
    journal.run({ from: '2026-03-30T13:00:00Z', to: '2026-03-30T14:00:00Z', host: 'web2' });
    expect((await jsonOf(journal)).host).toBe('web1');
    const days = { kind: 'day', day: '2026-03-30' } as const;
    expect((await jsonOf(journal, { days }, NOW)).host).toBe('web2');
    journal
      .run({ from: '2026-03-30T15:00:00Z', to: '2026-03-30T16:00:00Z', host: 'web3' })
      .clockStep('2026-03-30T15:30:00Z', '2026-03-30T15:45:00Z');
    expect((await jsonOf(journal)).host).toBe('web1');
  });
});
