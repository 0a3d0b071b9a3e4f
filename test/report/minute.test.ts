import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { print } from '../builders/command-line.js';
import { goldenAutumn } from '../builders/golden-journals.js';
import { JournalBuilder } from '../builders/journal.js';
import { insertRecords, type TestRecord } from '../builders/records.js';
import { pruneUntil } from '../record/prune/pruned.js';

const NOW = Date.parse('2026-03-30T12:00:00Z');
const BROKEN = '14:32';

interface MinuteJson {
  from: string;
  to: string;
  coverage: { recordedSeconds: number };
  lifecycles: {
    pid: number;
    started: string;
    ended: string | null;
    durationSeconds: number;
    cpuSeconds: number;
    meanOfSeconds: number | null;
  }[];
  others: { rows: number; cpuSeconds: number } | null;
  total: { processes: number; cpuSeconds: number };
}

function record(pid: number, from: string, to: string, fields: Partial<TestRecord>): TestRecord {
  const account = { uid: 1001, user: 'foo_com', program: 'php-fpm', command: 'php-fpm8.2' };
  const [fromMs = 0, toMs = 0] = [from, to].map((time) => Date.parse(`2026-03-29T${time}Z`));
  return { pid, ...account, fromMs, toMs, cpuMs: 0, ended: true, unseen: false, ...fields };
}

const BAR = { uid: 1002, user: 'bar_org' };

/** A service that lives on, and processes that came and went around 14:32. */
const RECORDS = [
  record(1, '14:15:00', '14:30:00', { cpuMs: 1_000, ended: false }),
  record(1, '14:30:00', '14:45:00', { cpuMs: 90_000, ended: false }),
  record(2, '14:31:30', '14:32:30', { cpuMs: 20_001 }),
  record(3, '14:32:10', '14:32:50', { cpuMs: 39_000, ...BAR }),
  record(4, '14:32:59.500', '14:33:20', { cpuMs: 20_500 }),
  record(5, '14:30:10', '14:32:00', { cpuMs: 50_000 }),
  record(6, '14:33:00', '14:33:30', { cpuMs: 30_000 }),
];

let journal: JournalBuilder;
beforeAll(() => {
  journal = new JournalBuilder();
  insertRecords(journal.db, RECORDS);
  journal
    .run({ from: '2026-03-29T16:00:30Z', to: '2026-03-29T18:00:00Z' })
    .gap('2026-03-29T17:00:20Z', '2026-03-29T17:01:20Z', 'suspended')
    .close();
});
afterAll(() => {
  journal.remove();
});

async function printed(args: readonly string[], of = journal, nowMs = NOW): Promise<string> {
  const where = ['--journal', of.path, '--day', '2026-03-29', '--tz', 'UTC'];
  return (await print(['report', ...where, ...args], { nowMs, columns: 140 })).stdout;
}

async function minuteOf(at: string, args: readonly string[] = []): Promise<MinuteJson> {
  return JSON.parse(await printed(['--at', at, '--format', 'json', ...args])) as MinuteJson;
}

describe('the processes of a minute', () => {
  it('are those with a record that reaches into it, each with its part of the CPU time, the costliest first', async () => {
    const { from, to, lifecycles } = await minuteOf(BROKEN);
    expect([from, to]).toEqual(['2026-03-29T14:32:00+00:00', '2026-03-29T14:33:00+00:00']);
    expect(
      lifecycles.map(({ pid, cpuSeconds, durationSeconds, meanOfSeconds }) => [
        ...[pid, cpuSeconds, durationSeconds, meanOfSeconds],
      ]),
    ).toEqual([
      [3, 39, 40, null],
      [2, 10.001, 30, 60],
      [1, 6, 60, 900],
      [4, 0.5, 0.5, 20.5],
    ]);
  });

  it('have ended when they did, be it later, or live on', async () => {
    const { lifecycles } = await minuteOf(BROKEN);
    expect(Object.fromEntries(lifecycles.map(({ pid, ended }) => [pid, ended]))).toEqual({
      1: null,
      2: '2026-03-29T14:32:30+00:00',
      3: '2026-03-29T14:32:50+00:00',
      4: '2026-03-29T14:33:20+00:00',
    });
  });

  it('are those of a user, and the others in one where there are more than wanted', async () => {
    const { lifecycles, others, total } = await minuteOf(BROKEN, ['--user', 'foo*', '--top', '1']);
    expect(lifecycles.map(({ pid }) => pid)).toEqual([2]);
    expect(others).toMatchObject({ rows: 2, cpuSeconds: 6.5 });
    expect(total).toMatchObject({ processes: 3, cpuSeconds: 16.501 });
  });

  it('are told to be a mean where a record reaches beyond the minute, and only there', async () => {
    const text = await printed(['--at', BROKEN]);
    expect(text).toMatch(/^php-fpm8.2 +1 .* 15m /m);
    expect(text).toContain('mean of: CPU time is recorded for up to 15 minutes at a time');
    expect(await printed(['--at', BROKEN, '--user', 'bar_org'])).not.toContain('mean of');
  });

  it('may be none, or none of a user, which is not to say that none was there', async () => {
    expect(await printed(['--at', '14:40', '--user', 'bar_org'])).toContain(
      'no recorded process of bar_org used CPU time in this minute',
    );
    expect(await printed(['--at', '16:40'])).toContain(
      'no recorded process used CPU time in this minute',
    );
  });
});

describe('a minute that was not recorded', () => {
  it('in part says which part', async () => {
    const text = await printed(['--at', '17:00']);
    expect(text).toContain('recorded 33.3 %');
    expect(text.replaceAll('\u{a0}', ' ')).toContain(
      'not recorded: 1 gap: 17:00:20 – 17:01:00 (40s)',
    );
  });

  it('names what was recorded last before and first after it', async () => {
    const text = await printed(['--at', '15:30']);
    expect(text).toContain('nothing was recorded in this minute');
    expect(text).toContain('last recorded before: Sunday 29 March 2026, 14:45');
    expect(text).toContain('next recorded after: Sunday 29 March 2026, 16:00');
  });

  it('says so where a record spans it too', async () => {
    const spanned = new JournalBuilder();
    insertRecords(spanned.db, [record(1, '14:00:00', '14:15:00', { cpuMs: 90_000 })]);
    spanned.gap('2026-03-29T14:02:20Z', '2026-03-29T14:05:20Z', 'suspended');
    const text = await printed(['--at', '14:03'], spanned);
    expect(text).toMatch(/^php-fpm8\.2 +1 /m);
    expect(text).toContain('nothing was recorded in this minute');
    expect(text).toContain('next recorded after: Sunday 29 March 2026, 14:05');
    spanned.remove();
  });

  it.each([
    ['is in the future', '12:30', Date.parse('2026-03-29T12:29:59Z')],
    ['is before the first recording', '14:14', NOW],
  ])('%s, with what is recorded', async (what, at, nowMs) => {
    await expect(printed(['--at', at], journal, nowMs)).rejects.toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: `2026-03-29 ${at}:00Z ${what}`,
        hint: expect.stringContaining('recorded from 2026-03-29 14:15:00Z to') as unknown,
      }),
    );
  });

  it('is not said to be empty where its records were pruned', async () => {
    const pruned = new JournalBuilder();
    insertRecords(pruned.db, RECORDS);
    pruneUntil(pruned.db, Date.parse('2026-03-29T14:45:00Z'));
    const text = await printed(['--at', BROKEN, '--user', 'bar_org'], pruned);
    expect(text).toContain('processes from before 14:45 were pruned');
    expect(text).not.toContain('no recorded process');
    pruned.remove();
  });
});

describe('a minute of a day on which clocks change', () => {
  let autumn: JournalBuilder;
  beforeAll(() => {
    autumn = goldenAutumn();
  });
  afterAll(() => {
    autumn.remove();
  });
  const local = (day: string, at: string) =>
    printed(['--day', day, '--at', at, '--tz', 'Europe/Ljubljana'], autumn);

  it('is the first of two, and says how to name the second', async () => {
    const text = (await local('2025-10-26', '02:05')).replaceAll('\n  ', ' ');
    expect(text).toContain('Sun 26 Oct 2025, 02:05 +02:00');
    expect(text).toContain('the second: --tz UTC --day 2025-10-26 --at 01:05');
    expect(await local('2025-10-26', '03:05')).not.toContain('the second');
  });

  it('is none where clocks skip it', async () => {
    await expect(printed(['--at', '02:05', '--tz', 'Europe/Ljubljana'])).rejects.toThrow(
      'there was no 02:05 on 2026-03-29 in Europe/Ljubljana: clocks were set forward past it',
    );
  });
});

it.each(['14:32:05', '24:00', '9:05', '14', 'noon', '14:60'])(
  'takes no other time than hours and minutes: %s',
  async (text) => {
    await expect(printed(['--at', text])).rejects.toThrow(
      expect.objectContaining({
        message: `'${text}' is not a minute of the day`,
        hint: 'write HH:MM, such as 14:32',
      }),
    );
  },
);
