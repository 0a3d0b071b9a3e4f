import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalBuilder } from '../builders/journal.js';
import { jsonOf, type JsonReport } from '../builders/report.js';

const FOO = 1001;
const BAR = 1002;

/** Lifecycles of each row, by its name. */
function processesOf(report: JsonReport): Record<string, number> {
  const rows = report.users ?? report.programs ?? report.commands ?? [];
  return Object.fromEntries(
    rows.map((row) => [row.user ?? row.program ?? row.command ?? '', row.processes]),
  );
}

describe('processes of a day', () => {
  let journal: JournalBuilder;
  beforeEach(() => {
    journal = new JournalBuilder()
      .run({ from: '2026-03-28T10:00:00Z', to: '2026-03-30T12:00:00Z' })
      .user(0, 'root')
      .user(FOO, 'foo')
      .user(BAR, 'bar');
  });
  afterEach(() => {
    journal.remove();
  });

  it('are those that it began with and those that started in it', async () => {
    journal
      .usage({ at: '2026-03-28T22:45:00Z', uid: FOO, started: 50, takenOver: 50 })
      .usage({ at: '2026-03-28T23:00:00Z', uid: FOO, started: 2, takenOver: 3 })
      .usage({ at: '2026-03-28T23:15:00Z', uid: FOO, started: 1, takenOver: 5 })
      .usage({ at: '2026-03-29T21:45:00Z', uid: FOO, started: 4, takenOver: 5 })
      .usage({ at: '2026-03-29T22:00:00Z', uid: FOO, started: 60, takenOver: 60 });
    const report = await jsonOf(journal);
    expect(processesOf(report)).toEqual({ foo: 10 });
    expect(report.total.processes).toBe(10);
  });

  it('that the recorder found alive after it was down are those that the day began with', async () => {
    journal
      .usage({ at: '2026-03-29T05:00:00Z', uid: FOO, cpuMs: 9_000 })
      .usage({ at: '2026-03-29T06:00:00Z', uid: FOO, started: 1, takenOver: 3 })
      .usage({ at: '2026-03-29T06:15:00Z', uid: FOO, takenOver: 4 });
    expect((await jsonOf(journal)).total.processes).toBe(4);
  });

  it('count in the row of each user that they had, and once in the total', async () => {
    journal
      .usage({ at: '2026-03-29T09:00:00Z', uid: 0, started: 2 })
      .usage({ at: '2026-03-29T09:00:00Z', uid: FOO, cpuMs: 10 })
      .usage({ at: '2026-03-29T09:15:00Z', uid: FOO, takenOver: 2 })
      .process(1, '2026-03-29T09:00:00Z')
      .credit({ processId: 1, uid: 0, from: '2026-03-29T09:00:00Z', to: '2026-03-29T09:00:05Z' })
      .credit({
        processId: 1,
        uid: FOO,
        from: '2026-03-29T09:00:05Z',
        to: '2026-03-29T09:15:00Z',
        changed: true,
      })
      .credit({ processId: 1, uid: FOO, from: '2026-03-29T09:15:00Z', to: '2026-03-29T09:30:00Z' });
    const report = await jsonOf(journal);
    expect(processesOf(report)).toEqual({ root: 2, foo: 1 });
    expect(report.total.processes).toBe(2);
    expect(processesOf(await jsonOf(journal, { by: 'program' }))).toEqual({ 'php-fpm': 2 });
  });

  it('that come back to a user count there once', async () => {
    journal.usage({ at: '2026-03-29T09:00:00Z', uid: FOO, started: 1 });
    journal.usage({ at: '2026-03-29T09:00:00Z', uid: BAR, cpuMs: 10 });
    journal.process(1, '2026-03-29T09:00:00Z');
    const times = [0, 1, 2, 3, 4].map((minute) => `2026-03-29T09:0${minute}:00Z`);
    for (const [at, uid] of [FOO, BAR, FOO, BAR].entries()) {
      const [from, to] = [times[at] ?? '', times[at + 1] ?? ''];
      journal.credit({ processId: 1, uid, from, to, changed: at > 0 });
    }
    expect(processesOf(await jsonOf(journal))).toEqual({ foo: 1, bar: 1 });
  });

  it('that changed their user before the day are only what they were in it', async () => {
    journal
      .usage({ at: '2026-03-28T23:00:00Z', uid: FOO, takenOver: 1, cpuMs: 10 })
      .process(1, '2026-03-28T12:00:00Z')
      .credit({
        processId: 1,
        uid: FOO,
        from: '2026-03-28T22:50:00Z',
        to: '2026-03-28T23:00:00Z',
        changed: true,
      })
      .credit({ processId: 1, uid: FOO, from: '2026-03-28T23:00:00Z', to: '2026-03-28T23:15:00Z' });
    expect(processesOf(await jsonOf(journal))).toEqual({ foo: 1 });
  });

  it('that a clock took into another hour of the day count once', async () => {
    journal
      .clockStep('2026-03-29T12:00:00Z', '2026-03-29T09:00:00Z')
      .usage({ at: '2026-03-29T11:45:00Z', uid: FOO, started: 1 })
      .usage({ at: '2026-03-29T09:00:00Z', uid: FOO, takenOver: 1 })
      .process(1, '2026-03-29T11:50:00Z')
      .credit({ processId: 1, uid: FOO, from: '2026-03-29T11:50:00Z', to: '2026-03-29T12:00:00Z' })
      .credit({
        processId: 1,
        uid: FOO,
        from: '2026-03-29T09:00:00Z',
        to: '2026-03-29T09:15:00Z',
        changed: true,
      });
    const report = await jsonOf(journal);
    expect(processesOf(report)).toEqual({ foo: 1 });
    expect(report.total.processes).toBe(1);
  });

  it.each([
    ['its first sampled quarter-hour', '2026-03-29T09:00:00Z', 1],
    ['a later one', '2026-03-29T10:00:00Z', 2],
  ])('that a clock took from another day into %s count once', async (_, to, expected) => {
    journal
      .clockStep('2026-05-01T12:00:00Z', to)
      .usage({ at: '2026-03-29T09:00:00Z', uid: FOO, takenOver: 1 })
      .usage({ at: to, uid: FOO, takenOver: to.includes('T10') ? 2 : 0 })
      .process(1, '2026-05-01T10:00:00Z')
      .credit({ processId: 1, uid: FOO, from: to, to: '2026-03-29T10:05:00Z', changed: true });
    const report = await jsonOf(journal);
    expect(processesOf(report)).toEqual({ foo: expected });
    expect(report.total.processes).toBe(expected);
  });
});
