import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalBuilder } from '../../builders/journal.js';
import { csvOf } from '../../builders/report.js';

const PLACE = 'web1,2026-03-29T00:00:00+01:00,2026-03-30T00:00:00+02:00';

describe('the CSV of a day', () => {
  let journal: JournalBuilder;
  beforeEach(() => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-30T12:00:00Z' })
      .user(1001, 'foo_com')
      .user(1002, '=cmd|calc')
      .user(1003, 'a,b "c"')
      .usage({
        at: '2026-03-29T09:00:00Z',
        uid: 1001,
        started: 12,
        cpuMs: 61_250,
        unseenCpuMs: 400,
      })
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1002, started: 1, cpuMs: 60_000 })
      .usage({ at: '2026-03-29T09:00:00Z', uid: 1003, started: 2, cpuMs: 10 });
  });
  afterEach(() => {
    journal.remove();
  });

  it('has a line for each row and one for the total, under a header', async () => {
    expect(await csvOf(journal)).toEqual([
      'host,from,to,user,uid,processes,cpu_seconds,util_seconds,credits,unseen_cpu_seconds,capacity_percent,budget_util_seconds,budget_percent,projected_budget_percent,uncertain_cpu_seconds,least_cpu_seconds,most_cpu_seconds,recorded_capacity_percent',
      `${PLACE},foo_com,1001,12,61.25,6125,1.020833,0.4,0.036987,8640000,0.070891,,0,61.25,61.25,0.036987`,
      `${PLACE},'=cmd|calc,1002,1,60,6000,1,0,0.036232,8640000,0.069444,,0,60,60,0.036232`,
      `${PLACE},"a,b ""c""",1003,2,0.01,1,0.000167,0,0.000006,8640000,0.000012,,0,0.01,0.01,0.000006`,
      `${PLACE},(total),,15,121.26,12126,2.021,0.4,0.073225,,,,0,121.26,121.26,0.073225`,
    ]);
  });

  it('has the rows that are not the largest in one line', async () => {
    const lines = await csvOf(journal, { top: 1 });
    expect(lines[2]).toBe(
      `${PLACE},(others),,3,60.01,6001,1.000167,0,0.036238,,,,0,60.01,60.01,0.036238`,
    );
    expect(lines).toHaveLength(4);
  });

  it('has no uid where rows are no users', async () => {
    const [header, first] = await csvOf(journal, { by: 'program' });
    expect(header).toContain('to,program,processes');
    expect(first).toContain(`${PLACE},php-fpm,15,`);
  });

  it('by host has the host once', async () => {
    const [header, first, total] = await csvOf(journal, { by: 'host' });
    expect(header).toContain('host,from,to,processes');
    expect(first).toContain(`${PLACE},15,121.26,`);
    expect(total).toContain(
      '(total),2026-03-29T00:00:00+01:00,2026-03-30T00:00:00+02:00,15,121.26,',
    );
  });

  it('is a header and a total of nothing when nothing was recorded', async () => {
    const days = { kind: 'day', day: '2026-03-31' } as const;
    expect((await csvOf(journal, { days }))[1]).toBe(
      'named-by-option,2026-03-31T00:00:00+02:00,2026-04-01T00:00:00+02:00,(total),,0,0,0,0,0,,,,,0,0,0,',
    );
  });
});
