import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JournalBuilder } from '../../builders/journal.js';
import { jsonOf, tableOf } from '../../builders/report.js';
import { parseBudgets, parseThresholds } from '../../../src/report/models/budgets.js';
import { makeDay } from '../../../src/report/make-day.js';
import { askedOf, WIDE } from '../../builders/asked.js';
import { print } from '../../builders/command-line.js';
import { insertRecords, type TestRecord } from '../../builders/records.js';
import { startCli } from '../../cli.js';
import { pruneUntil } from '../../record/prune/pruned.js';

const CREDIT_MS = 60_000;
const DAY = '2026-03-27';

let journal: JournalBuilder;
beforeAll(() => {
  journal = new JournalBuilder()
    .run({ from: '2026-03-26T23:00:00Z', to: '2026-03-28T10:00:00Z', endReason: null })
    .user(1_001, 'foo_com')
    .user(1_002, 'bar_org')
    .user(1_003, 'shop_net')
    .usage({ at: `${DAY}T09:00:00Z`, uid: 1_001, started: 1, cpuMs: 300 * CREDIT_MS })
    .usage({ at: `${DAY}T09:00:00Z`, uid: 1_002, started: 1, cpuMs: 250 * CREDIT_MS })
    .usage({ at: `${DAY}T09:00:00Z`, uid: 1_003, started: 1, cpuMs: 40 * CREDIT_MS })
    .close();
});
afterAll(() => {
  journal.remove();
});

async function report(
  ...args: string[]
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const run = startCli([
    ...['report', '--journal', journal.path, '--config', '/dev/null', '--tz', 'UTC', ...args],
  ]);
  const code = await run.ended;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

describe('--check', () => {
  it('ends with 4 and a line for each user over a mark, the worst first', async () => {
    const args = ['--day', DAY, '--budget', '288c', '--check', '80,100'];
    expect(await report(...args)).toEqual({
      code: 4,
      stdout:
        'critical: foo_com has spent 104 % of the budget: 300 of 288 credits\n' +
        'warning: bar_org has spent 86.8 % of the budget: 250 of 288 credits\n',
      stderr: '',
    });
  });

  it('ends with 3 where nobody is over the critical mark', async () => {
    const args = ['--day', DAY, '--budget', '288c', '--budget', 'foo_com=50%'];
    const { code, stdout } = await report(...args, '--check', '80,100');
    expect(code).toBe(3);
    expect(stdout).toBe('warning: bar_org has spent 86.8 % of the budget: 250 of 288 credits\n');
  });

  it('names small budgets as they are, in a line however narrow the terminal', async () => {
    const args = ['--day', DAY, '--budget', '0.5c', '--check', '80,100'];
    const { stdout } = await report(...args);
    expect(stdout.split('\n')[0]).toBe(
      'critical: foo_com has spent 60,000 % of the budget: 300 of 0.5 credits',
    );
  });

  it('ends with 1 on a day before the first recording, which nobody has covered', async () => {
    const { code, stderr } = await report('--day', '2026-03-20', '--check', '80,100');
    expect(code).toBe(1);
    expect(stderr).toContain('2026-03-20 is before the first recording');
    expect((await report('--day', '2026-03-20')).code).toBe(2);
  });

  it('ends with 0 and says nothing where all are within', async () => {
    expect(await report('--day', DAY, '--check', '80,100')).toEqual({
      ...{ code: 0, stdout: '', stderr: '' },
    });
  });

  it('ends with 1 where less than 90 % of the day was recorded: silence is not health', async () => {
    const { code, stdout } = await report('--day', '2026-03-26', '--check', '80,100');
    expect(code).toBe(1);
    expect(stdout).toBe('unknown: only 4.16 % of the time was recorded\n');
  });

  it('ends with 4 where somebody is over the critical mark and little was recorded: that can only make it worse', async () => {
    const short = new JournalBuilder()
      .run({ from: `${DAY}T08:00:00Z`, to: `${DAY}T10:00:00Z`, endReason: null })
      .user(1_001, 'foo_com')
      .usage({ at: `${DAY}T09:00:00Z`, uid: 1_001, started: 1, cpuMs: 300 * CREDIT_MS })
      .close();
    const run = startCli([
      ...['report', '--journal', short.path, '--config', '/dev/null', '--tz', 'UTC'],
      ...['--day', DAY, '--budget', '288c', '--check', '80,100'],
    ]);
    expect(await run.ended).toBe(4);
    short.remove();
    expect(run.stdout()).toBe(
      'critical: foo_com has spent 104 % of the budget: 300 of 288 credits\n' +
        'unknown: only 8.33 % of the time was recorded\n',
    );
  });

  it('never says that the mark was reached where it was not', async () => {
    const short = new JournalBuilder()
      .run({ from: '2026-03-27T00:00:00Z', to: '2026-03-28T10:00:00Z', endReason: null })
      .gap('2026-03-27T10:00:00Z', '2026-03-27T12:24:01Z', 'suspended')
      .close();
    const run = startCli([
      ...['report', '--journal', short.path, '--config', '/dev/null', '--tz', 'UTC'],
      ...['--day', DAY, '--check', '80,100'],
    ]);
    expect(await run.ended).toBe(1);
    short.remove();
    expect(run.stdout()).toBe('unknown: only 89.9 % of the time was recorded\n');
  });

  it('gives a program the whole report', async () => {
    const args = ['--day', DAY, '--budget', '288c', '--check', '80,100', '--format', 'json'];
    const { code, stdout } = await report(...args);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      users: [{ user: 'foo_com', budgetPercent: 104.166667 }, {}, {}],
    });
  });

  it.each([['100,80'], ['80'], ['a,b'], ['80,100,120']])("refuses '%s'", async (marks) => {
    const { code, stderr } = await report('--check', marks);
    expect(code).toBe(2);
    expect(stderr).toContain('two percentages, the lower one first');
  });

  it('refuses what would hide somebody', async () => {
    expect(await report('--check', '80,100', '--top', '1')).toMatchObject({ code: 2 });
    expect(await report('--check', '80,100', '--by', 'program')).toMatchObject({ code: 2 });
  });

  it('takes a mark that is reached for one that is passed', () => {
    expect(parseThresholds('80%, 100%')).toEqual({ warningPercent: 80, criticalPercent: 100 });
  });
});

describe('the processes of whoever is over a mark', () => {
  const noonMs = Date.parse(`${DAY}T12:00:00Z`);
  const spent = (pid: number, uid: number, credits: number): TestRecord => ({
    ...{ pid, uid, user: `user_${uid}`, program: 'php-fpm', command: 'php-fpm8.2' },
    ...{ fromMs: noonMs, toMs: noonMs + 600_000, cpuMs: credits * CREDIT_MS },
    ...{ ended: true, unseen: false },
  });
  let busy: JournalBuilder;
  beforeAll(() => {
    busy = new JournalBuilder();
    insertRecords(busy.db, [
      ...[40, 20.1, 0.004, 120].map((credits, at) => spent(11 + at, 1, credits)),
      { ...spent(15, 1, 30), command: 'a\nb|c' },
      ...Array.from({ length: 10 }, (_, at) => spent(30 + at, 2 + at, 100 - at)),
      spent(50, 60, 5),
      spent(51, 2, 0),
    ]);
    busy.run({ from: '2026-03-26T23:00:00Z', to: '2026-03-28T10:00:00Z' });
  });
  afterAll(() => {
    busy.remove();
  });
  const checked = async (...args: string[]) => {
    const where = ['--journal', busy.path, '--tz', 'UTC', '--day', DAY, '--budget', '50c'];
    const { stdout } = await print(['report', ...where, '--check', '80,100', ...args], {
      nowMs: Date.parse('2026-03-28T10:00:00Z'),
    });
    return stdout.trimEnd().split('\n');
  };

  it('are named, the three costliest, for the ten who have spent the most of their budgets', async () => {
    const lines = await checked();
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe(
      'critical: user_1 has spent 420 % of the budget: 210 of 50 credits; ' +
        'costliest: php-fpm8.2[14] 120 credits, php-fpm8.2[11] 40.0, a\u{fffd}b|c[15] 30.0',
    );
    expect(lines[1]).toMatch(/user_2 has .*; costliest: php-fpm8\.2\[30\] 100 credits$/);
    expect(lines[9]).toMatch(/user_10 has .*; costliest: php-fpm8\.2\[38\] 92\.0 credits$/);
    expect(lines[10]).toMatch(/user_11 has spent 182 % of the budget: 91\.0 of 50 credits$/);
  });

  it('are in the line of a plugin, which they do not break', async () => {
    const [line = '', ...others] = await checked('--format', 'nagios', '--user', 'user_1');
    expect(others).toEqual([]);
    expect(line.split(' | ')).toEqual([
      'PSUSAGE CRITICAL: user_1 420 % of the budget; ' +
        'costliest of user_1: php-fpm8.2[14] 120 credits, php-fpm8.2[11] 40.0, a\u{fffd}b/c[15] 30.0',
      "'user_1'=420.21%;80;100",
    ]);
  });

  it('are not named where some of them were pruned', async () => {
    pruneUntil(busy.db, noonMs + 660_000);
    expect(await checked('--user', 'user_2')).toEqual([
      'critical: user_2 has spent 200 % of the budget: 100 of 50 credits',
    ]);
  });
});

describe('--projected', () => {
  const noonMs = Date.parse(`${DAY}T12:00:00Z`);
  const checkAt = async (nowMs: number, fields: { projected: boolean; isForNagios?: boolean }) => {
    const query = {
      ...askedOf(journal),
      view: 'day' as const,
      by: 'user' as const,
      ...{ user: undefined, timeZone: 'UTC' },
      days: { kind: 'day' as const, day: DAY },
      budgets: parseBudgets(['600c']),
      check: { warningPercent: 80, criticalPercent: 100, isForNagios: false, ...fields },
    };
    return makeDay(query, nowMs, WIDE);
  };

  it('tells who is on course to cross a mark by midnight', async () => {
    expect(await checkAt(noonMs, { projected: true })).toEqual({
      exitCode: 4,
      text:
        'critical: foo_com is on course for 100 % of the budget: 300 of 600 credits so far\n' +
        'warning: bar_org is on course for 83.3 % of the budget: 250 of 600 credits so far\n',
    });
    expect(await checkAt(noonMs, { projected: false })).toEqual({ exitCode: 0, text: '' });
  });

  it('holds what was spent against the marks where nothing is to be projected', async () => {
    const midnightMs = Date.parse('2026-03-28T00:00:00Z');
    expect(await checkAt(midnightMs, { projected: true })).toEqual({ exitCode: 0, text: '' });
  });

  it('is what a plugin measures', async () => {
    expect(await checkAt(noonMs, { projected: true, isForNagios: true })).toEqual({
      exitCode: 2,
      text:
        'PSUSAGE CRITICAL: foo_com 100 %, bar_org 83.3 % of the budget by midnight' +
        " | 'foo_com'=100.00%;80;100 'bar_org'=83.33%;80;100 'shop_net'=13.33%;80;100\n",
    });
  });
});

describe('budgets', () => {
  const own = { budgets: parseBudgets(['288c', 'foo_com=1440c']) };
  const asked = { days: { kind: 'day', day: DAY }, timeZone: 'UTC' } as const;

  it('stand in the rows where they differ, and in the head where they do not', async () => {
    const table = await tableOf(journal, { ...asked, ...own }, { columns: 140 });
    expect(table).toMatch(/^user .* budget {2}of budget /m);
    expect(table).toContain('different budgets (in all 0.70 × this host)');
    expect(table).toMatch(/foo_com .* 1,440 +20\.8 % /);
    expect(table).toMatch(/bar_org .* 288 +86\.8 % +near /);
    expect(table).not.toContain('credits each');
    const same = await tableOf(journal, { ...asked, budgets: parseBudgets(['288c']) });
    expect(same).toContain('budget 288 credits each (in all 0.30 × this host)');
    expect(same).not.toMatch(/ budget {2}of budget /);
  });

  it('are those of users alone', async () => {
    const { programs } = await jsonOf(journal, { ...asked, ...own, by: 'program' });
    expect(programs?.[0]?.budgetUtilSeconds).toBe(8_640_000);
  });
});

describe('the projection to the end of a day that is not over', () => {
  const noonMs = Date.parse(`${DAY}T12:00:00Z`);
  const asked = { days: { kind: 'day', day: DAY }, timeZone: 'UTC' } as const;
  const projected = async (nowMs: number) => {
    const { users } = await jsonOf(journal, { ...asked, budgets: parseBudgets(['600c']) }, nowMs);
    return users?.[0]?.projectedBudgetPercent;
  };

  it('goes on as it went, and stands in the table', async () => {
    expect(await projected(noonMs)).toBe(100);
    const budgets = parseBudgets(['600c']);
    const table = await tableOf(journal, { ...asked, budgets }, { columns: 140 }, noonMs);
    expect(table).toContain('by midnight');
    expect(table).toMatch(/^foo_com .* 50\.0 % +100 % /m);
  });

  it('is left out of the first hour, of a day that is over, and where too little was recorded', async () => {
    expect(await projected(Date.parse(`${DAY}T00:59:00Z`))).toBeNull();
    expect(await projected(Date.parse('2026-03-28T09:00:00Z'))).toBeNull();
    const nowMs = Date.parse('2026-03-28T20:00:00Z');
    const { users } = await jsonOf(
      journal,
      { ...asked, days: { kind: 'day', day: '2026-03-28' } },
      nowMs,
    );
    expect(users).toEqual([]);
    expect(await tableOf(journal, asked)).not.toContain('at end');
  });
});
