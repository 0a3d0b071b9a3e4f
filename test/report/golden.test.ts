import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JournalBuilder } from '../builders/journal.js';
import { tableOf } from '../builders/report.js';

/** A day with a gap, a restart, a user over budget, one with a long name and many idle ones. */
function busyDay(): JournalBuilder {
  const journal = new JournalBuilder()
    .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-29T12:30:00Z', programs: ['php-fpm'] })
    .gap('2026-03-29T08:00:00Z', '2026-03-29T08:00:10Z')
    .run({ from: '2026-03-29T12:31:30Z', to: '2026-03-30T12:00:00Z', programs: ['php-fpm'] })
    .user(0, 'root')
    .user(1001, 'foo_com')
    .user(1002, 'a-customer-with-a-long-name_si')
    .user(1003, 'bar_org')
    .user(1004, 'quiet_net')
    .usage({ at: '2026-03-28T23:00:00Z', uid: 0, takenOver: 1, cpuMs: 4_210 })
    .usage({ at: '2026-03-28T23:00:00Z', uid: 1001, takenOver: 4, cpuMs: 3_661_250 })
    .usage({
      at: '2026-03-29T05:00:00Z',
      uid: 1001,
      started: 1_208,
      cpuMs: 18_004_300,
      unseenCpuMs: 63_100,
    })
    .usage({ at: '2026-03-29T09:00:00Z', uid: 1002, started: 77, cpuMs: 93_450_120 })
    .usage({ at: '2026-03-29T15:00:00Z', uid: 1003, started: 12, cpuMs: 61_250 })
    .usage({ at: '2026-03-29T15:15:00Z', uid: 1004, started: 1, cpuMs: 20 });
  return journal;
}

describe('what a terminal shows', () => {
  let journal: JournalBuilder;
  beforeAll(() => {
    journal = busyDay();
  });
  afterAll(() => {
    journal.remove();
  });

  it.each([60, 80, 140])('fits a terminal of %i columns', async (columns) => {
    const shown = await tableOf(journal, {}, { columns });
    await expect(shown).toMatchFileSnapshot(`golden/day-${columns}.txt`);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it.each([60, 80, 140])('says more when asked, in %i columns', async (columns) => {
    const shown = await tableOf(journal, { verbose: true }, { columns });
    await expect(shown).toMatchFileSnapshot(`golden/verbose-${columns}.txt`);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('puts the rows that are not the largest into one', async () => {
    await expect(await tableOf(journal, { top: 2 }, { columns: 80 })).toMatchFileSnapshot(
      'golden/top-80.txt',
    );
  });

  it('shows programs with their share of all', async () => {
    await expect(await tableOf(journal, { by: 'program' }, { columns: 80 })).toMatchFileSnapshot(
      'golden/programs-80.txt',
    );
  });

  it('shows the host with what of its capacity was spent', async () => {
    await expect(await tableOf(journal, { by: 'host' }, { columns: 80 })).toMatchFileSnapshot(
      'golden/host-80.txt',
    );
  });

  it('says of an empty day what was recorded before and after', async () => {
    const days = { kind: 'day', day: '2026-03-31' } as const;
    await expect(await tableOf(journal, { days }, { columns: 80 })).toMatchFileSnapshot(
      'golden/empty-80.txt',
    );
  });

  it('gives the dates of gaps in a report of several days', async () => {
    const days = { kind: 'range', from: '2026-03-28', to: '2026-03-31' } as const;
    await expect(await tableOf(journal, { days }, { columns: 80 })).toMatchFileSnapshot(
      'golden/range-80.txt',
    );
  });
});
