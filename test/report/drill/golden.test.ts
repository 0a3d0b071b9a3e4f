import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drillText } from '../../builders/drill.js';
import { JournalBuilder } from '../../builders/journal.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';

const MIDNIGHT = Date.parse('2026-03-29T00:00:00+01:00');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const FOO = { uid: 1001, user: 'foo_com' };
const LONG = { uid: 1002, user: 'a-customer-with-a-long-name_si' };
const POOL = { program: 'php-fpm', command: 'php-fpm8.2' };

/** A record of ten minutes that begins so many minutes after midnight. */
function record(pid: number, atMinute: number, fields: Partial<TestRecord>): TestRecord {
  const fromMs = MIDNIGHT + atMinute * MINUTE_MS;
  const span = { fromMs, toMs: fromMs + 10 * MINUTE_MS };
  return { pid, ...FOO, ...POOL, ...span, cpuMs: 60_000, ended: true, unseen: false, ...fields };
}

/** Two users at work, one of them since the day before, and a recorder that was down in the afternoon. */
function workDay(): JournalBuilder {
  const journal = new JournalBuilder();
  const workers = Array.from({ length: 14 }, (_, at) =>
    record(5_000 + at, 15 * (at % 4) + 60 * (at % 12), { cpuMs: 20_000 * (at + 1) }),
  );
  insertRecords(journal.db, [
    record(4_000, -60, { cpuMs: 9_000, ended: false }),
    record(4_000, 45, { cpuMs: 9_500, ended: false }),
    record(4_000, 45, { cpuMs: 2_400, ended: false, unseen: true, command: '(unseen)' }),
    ...workers,
    record(6_000, 600, {
      ...LONG,
      program: 'imagemagick-im6',
      command: 'convert-im6.q16',
      cpuMs: 1_170_000,
    }),
    record(7_000, 610, {
      program: 'cron',
      command: 'sh',
      cpuMs: 300,
      toMs: MIDNIGHT + 611 * MINUTE_MS,
    }),
    record(8_000, 1_350, { cpuMs: 45_000 }),
  ]);
  journal.db
    .prepare('UPDATE recorder_run SET last_tick_ms = ?, last_tick_boot_ms = 0, ended_ms = ?')
    .run(MIDNIGHT + 12 * HOUR_MS, MIDNIGHT + 12 * HOUR_MS);
  return journal.run({ from: '2026-03-29T20:15:00+02:00', to: '2026-03-30T12:00:00Z' });
}

describe('what a terminal shows of what lies under a row', () => {
  let journal: JournalBuilder;
  beforeAll(() => {
    journal = workDay();
  });
  afterAll(() => {
    journal.remove();
  });

  const range = { kind: 'range', from: '2026-03-28', to: '2026-03-29' } as const;

  it.each(
    [60, 80, 140].flatMap((columns) => [
      { name: 'user', fields: {}, columns },
      { name: 'days', fields: { days: range, top: 3 }, columns },
      { name: 'hours', fields: { kind: 'hours', user: undefined } as const, columns },
      {
        name: 'processes',
        fields: { kind: 'lifecycles', user: undefined, top: 12 } as const,
        columns,
      },
    ]),
  )('fits $name to a terminal of $columns columns', async ({ name, fields, columns }) => {
    const shown = await drillText(journal, fields, { columns });
    await expect(shown).toMatchFileSnapshot(`golden/${name}-${columns}.txt`);
    for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
  });
});
