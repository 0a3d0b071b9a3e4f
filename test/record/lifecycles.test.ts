import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureCoverage } from '../../src/report/models/coverage.js';
import { ALL_TIME, readRuns } from '../../src/report/data/runs.js';
import { QUARTER_HOUR_MS } from '../../src/shared/units.js';
import { faultsOf } from '../invariants.js';
import { plan } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

/** Ten seconds before a quarter-hour, at boot time 0. */
const BOOTED_MS = Date.UTC(2026, 5, 1, 11, 59, 50);
const FOREVER = { percent: 10 };

interface ProcessRow {
  process_id: number;
  pid: number;
  prior_cpu_ms: number;
  cpu_ms: number;
  ended_ms: number | null;
  end_reason: string | null;
}

interface CreditRow {
  pid: number;
  user: string;
  program: string;
  command: string;
  cpu_ms: number;
  from_ms: number;
  to_ms: number;
  state: number;
  changed: number;
  estimated: number;
  ended: number;
}

let machine: SimulatedMachine;
let clockWasSet: boolean;

beforeEach(() => {
  clockWasSet = false;
  machine = new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: BOOTED_MS,
  });
  machine.bootMs = 20_000;
});

afterEach(() => {
  expect(machine.read((db) => faultsOf(db, { clockWasSet }))).toEqual({});
});

function processes(): ProcessRow[] {
  return machine.read((db) =>
    db.prepare<[], ProcessRow>('SELECT * FROM process ORDER BY process_id').all(),
  );
}

function credits(): CreditRow[] {
  return machine.read((db) =>
    db
      .prepare<[], CreditRow>(
        `SELECT process.pid, user.name AS user, p.name AS program, c.name AS command, credit.*
         FROM credit JOIN process USING (process_id) JOIN user USING (user_id)
         JOIN name AS p ON p.name_id = credit.program_id JOIN name AS c ON c.name_id = credit.command_id
         ORDER BY credit_id`,
      )
      .all(),
  );
}

/** What a report says of coverage, for the hours around. */
function recordedMs(): number {
  const runs = machine.read((db) => readRuns(db, ALL_TIME));
  const everything = { fromMs: BOOTED_MS - 86_400_000, toMs: BOOTED_MS + 2 * 86_400_000 };
  return measureCoverage(runs, everything, everything.toMs).recordedMs;
}

function count(sql: string): number {
  return machine.read((db) => db.prepare<[], number>(sql).pluck().get()) ?? -1;
}

test('follows a process from start to end and charges its tail', async () => {
  machine.start();
  await machine.tick();
  machine.processes = [plan({ pid: 7, startMs: 21_500, lifeMs: 5_000, percent: 20 })];
  await machine.ticks(8);
  machine.stop();
  const [process] = processes();
  expect(process).toMatchObject({ pid: 7, prior_cpu_ms: 0, end_reason: 'gone' });
  expect(Math.abs((process?.cpu_ms ?? 0) - 1_000)).toBeLessThanOrEqual(150);
  expect(credits()).toMatchObject([{ state: 2, ended: 1 }]);
});

test('charges what a process used before recording began to no day', async () => {
  machine.processes = [plan({ startMs: 0, percent: 50 })];
  machine.start();
  await machine.ticks(5);
  machine.stop();
  const [process] = processes();
  expect(Math.abs((process?.prior_cpu_ms ?? 0) - 10_500)).toBeLessThan(600);
  expect(count('SELECT sum(cpu_ms) FROM usage')).toBeLessThan(3_100);
});

test('treats a reused pid with a later start as a new process', async () => {
  machine.processes = [plan({ pid: 7, startMs: 10_000, lifeMs: 15_000, ...FOREVER })];
  machine.start();
  await machine.ticks(4);
  machine.processes.push(plan({ pid: 7, startMs: 26_500, ...FOREVER }));
  await machine.ticks(5);
  machine.stop();
  expect(processes()).toMatchObject([
    { pid: 7, end_reason: 'gone' },
    { pid: 7, end_reason: null, prior_cpu_ms: 0 },
  ]);
});

test('treats a pid that was reused between two samples as a new process', async () => {
  machine.processes = [plan({ pid: 7, startMs: 10_000, lifeMs: 14_300, ...FOREVER })];
  machine.start();
  await machine.ticks(4);
  machine.processes.push(plan({ pid: 7, startMs: 24_400, uid: 1002, ...FOREVER }));
  await machine.ticks(5);
  machine.stop();
  expect(processes()).toMatchObject([{ end_reason: 'replaced' }, { end_reason: null }]);
  expect(credits().map((each) => each.user)).toEqual(['user1001', 'user1002']);
});

test('takes CPU time that fell for another process, even where the starts can’t tell', async () => {
  machine.processes = [plan({ pid: 7, startMs: 24_000, lifeMs: 360, percent: 800 })];
  machine.bootMs = 23_300;
  machine.start();
  await machine.tick();
  machine.processes.push(plan({ pid: 7, startMs: 24_500, percent: 1 }));
  await machine.ticks(3);
  machine.stop();
  expect(processes().map((each) => each.end_reason)).toEqual(['replaced', null]);
});

test('after a crash a living process is the same lifecycle, with what it used meanwhile', async () => {
  machine.processes = [plan({ startMs: 0, percent: 50 })];
  machine.start();
  await machine.ticks(3);
  machine.crash();
  machine.bootMs += 30_000;
  machine.start();
  await machine.ticks(3);
  machine.stop();
  expect(processes()).toHaveLength(1);
  const charged = count('SELECT sum(cpu_ms) FROM usage');
  expect(Math.abs(charged - 17_500)).toBeLessThan(1_100);
  expect(credits().some((each) => each.estimated === 1)).toBe(true);
  expect(count("SELECT count(*) FROM recorder_run WHERE end_reason = 'crashed'")).toBe(1);
});

test('a process that ended while the recorder was down is closed at its last sight, as lost', async () => {
  machine.processes = [plan({ startMs: 0, lifeMs: 28_000, percent: 50 })];
  machine.start();
  await machine.ticks(5);
  const lastSightMs = machine.wallMs;
  machine.crash();
  machine.bootMs += 10_000;
  machine.start();
  await machine.ticks(2);
  machine.stop();
  expect(processes()).toMatchObject([{ end_reason: 'lost', ended_ms: lastSightMs }]);
  expect(credits().at(-1)).toMatchObject({ state: 2, ended: 1 });
});

test('a process that was born while the recorder was down is charged from its start', async () => {
  machine.start();
  await machine.ticks(2);
  machine.crash();
  machine.processes = [plan({ startMs: 30_000, percent: 50 })];
  machine.bootMs = 40_000;
  machine.start();
  await machine.tick();
  machine.stop();
  expect(processes()).toMatchObject([{ prior_cpu_ms: 0 }]);
  expect(credits()).toMatchObject([{ estimated: 1 }]);
  expect(Math.abs(count('SELECT sum(cpu_ms) FROM usage') - 5_500)).toBeLessThan(600);
});

test('processes of an earlier boot are closed as such, and same pids are new processes', async () => {
  machine.processes = [plan({ pid: 7, startMs: 0, percent: 50 })];
  machine.start();
  await machine.ticks(3);
  const lastSightMs = machine.wallMs;
  machine.reboot(60_000);
  machine.processes = [plan({ pid: 7, startMs: 0, percent: 50 })];
  machine.bootMs = 5_000;
  machine.start();
  await machine.ticks(3);
  machine.stop();
  expect(processes()).toMatchObject([
    { end_reason: 'rebooted', ended_ms: lastSightMs },
    { end_reason: null },
  ]);
  expect(count("SELECT count(*) FROM recorder_run WHERE end_reason = 'rebooted'")).toBe(1);
});

test('a suspended machine leaves a gap and the same processes', async () => {
  machine.processes = [plan({ startMs: 0, percent: 1 })];
  machine.start();
  await machine.ticks(2);
  machine.suspend(3_600_000);
  await machine.ticks(2);
  machine.stop();
  expect(processes()).toHaveLength(1);
  expect(
    count("SELECT count(*) FROM gap WHERE reason = 'suspended' AND duration_ms = 3601000"),
  ).toBe(1);
});

test('failed samples are one gap and end nothing', async () => {
  machine.processes = [plan({ startMs: 0, ...FOREVER })];
  machine.start();
  await machine.ticks(2);
  for (let i = 0; i < 5; i += 1) await machine.failedTick();
  await machine.ticks(2);
  machine.stop();
  expect(processes()).toMatchObject([{ end_reason: null }]);
  expect(count("SELECT count(*) FROM gap WHERE reason = 'ps' AND duration_ms = 6000")).toBe(1);
});

test.each([3_600_000, -3_600_000])(
  'a wall clock set by %i ms closes the slices and is stored',
  async (byMs) => {
    clockWasSet = true;
    machine.processes = [plan({ startMs: 0, percent: 50 })];
    machine.start();
    await machine.ticks(4);
    machine.setClock(byMs);
    await machine.ticks(4);
    machine.stop();
    expect(processes()).toHaveLength(1);
    expect(count('SELECT after_ms - before_ms FROM clock_step')).toBe(byMs);
    const [before, after] = credits();
    expect(before?.state).toBe(2);
    expect((after?.from_ms ?? 0) - (before?.to_ms ?? 0)).toBe(byMs);
    expect(Math.abs(count('SELECT sum(cpu_ms) FROM usage') - 3_500)).toBeLessThan(700);
  },
);

test('a wall clock that drifts by less than a second changes nothing', async () => {
  machine.processes = [plan({ startMs: 0, ...FOREVER })];
  machine.start();
  await machine.ticks(2);
  machine.setClock(900);
  await machine.ticks(2);
  machine.stop();
  expect(count('SELECT count(*) FROM clock_step')).toBe(0);
});

test('where the user changed between two samples the CPU time goes to the new one', async () => {
  machine.processes = [
    plan({ startMs: 0, percent: 100, changes: [{ atAgeMs: 25_500, uid: 1002 }] }),
  ];
  machine.start();
  await machine.ticks(10);
  machine.stop();
  const [first, second] = credits();
  expect(first).toMatchObject({ user: 'user1001', state: 2, ended: 0 });
  expect(second).toMatchObject({ user: 'user1002', changed: 1, from_ms: first?.to_ms });
  expect(processes()).toHaveLength(1);
  expect(count('SELECT sum(started) FROM usage')).toBe(1);
});

test('a fork that shows its parent’s name and user at first is recorded under its own', async () => {
  machine.start();
  await machine.tick();
  machine.processes = [
    plan({
      startMs: 21_900,
      percent: 5,
      uid: 0,
      comm: 'cron',
      changes: [{ atAgeMs: 200, uid: 1001, comm: 'php' }],
    }),
  ];
  await machine.ticks(5);
  machine.stop();
  expect(credits()).toMatchObject([{ user: 'user1001', command: 'php', program: 'php' }]);
  expect(count('SELECT count(*) FROM usage')).toBe(1);
});

test('a command that changes makes a new record of the same lifecycle', async () => {
  machine.processes = [
    plan({ startMs: 0, ...FOREVER, changes: [{ atAgeMs: 25_500, comm: 'other' }] }),
  ];
  machine.start();
  await machine.ticks(10);
  machine.stop();
  expect(credits()).toMatchObject([
    { command: 'worker', program: 'worker', state: 2 },
    { command: 'other', program: 'worker', changed: 1 },
  ]);
});

test('a name that changes at every sample makes a bounded number of records', async () => {
  const changes = Array.from({ length: 60 }, (_, i) => ({
    atAgeMs: 21_000 + i * 1_000,
    comm: `job${i}`,
  }));
  machine.processes = [plan({ startMs: 0, percent: 50, changes })];
  machine.start();
  await machine.ticks(60);
  machine.stop();
  expect(credits().length).toBeLessThanOrEqual(9);
});

test('a kernel worker that renames itself makes no record of its own', async () => {
  machine.processes = [
    plan({ pid: 2, ppid: 0, startMs: 0, comm: 'kthreadd' }),
    plan({
      pid: 10,
      startMs: 0,
      ppid: 2,
      percent: 50,
      comm: 'kworker/0:1-events',
      changes: [{ atAgeMs: 25_500, comm: 'kworker/0:1-mm_percpu_wq' }],
    }),
  ];
  machine.start();
  await machine.ticks(10);
  machine.stop();
  expect(credits().filter(({ pid }) => pid === 10)).toMatchObject([
    { program: 'kworker', command: 'kworker/0:1-events' },
  ]);
});

test('a zombie ends its lifecycle once, with exact figures, and is not found again', async () => {
  machine.start();
  await machine.tick();
  machine.processes = [plan({ startMs: 21_500, lifeMs: 3_000, percent: 40, zombieMs: 20_000 })];
  await machine.ticks(8);
  machine.crash();
  machine.start();
  await machine.ticks(3);
  machine.stop();
  const [zombie, ...others] = processes();
  expect(others).toEqual([]);
  expect(zombie).toMatchObject({ end_reason: 'zombie' });
  expect(Math.abs((zombie?.cpu_ms ?? 0) - 1_200)).toBeLessThan(60);
});

test('a zombie’s record settles until it is waited for, and then nothing is left of it', async () => {
  machine.processes = [plan({ startMs: 0, lifeMs: 22_500, zombieMs: 2_000, percent: 40 })];
  machine.start();
  await machine.ticks(4);
  expect(credits()).toMatchObject([{ state: 1 }]);
  await machine.ticks(3);
  expect(credits()).toMatchObject([{ state: 2 }]);
  machine.stop();
  expect(count('SELECT count(*) FROM followed')).toBe(0);
});

test('a zombie that no process waits for settles all the same after some seconds', async () => {
  machine.processes = [plan({ startMs: 0, lifeMs: 22_500, zombieMs: 60_000, percent: 40 })];
  machine.start();
  await machine.ticks(14);
  expect(credits()).toMatchObject([{ state: 2 }]);
  machine.stop();
});

test('a process whose first thread alone has ended works on', async () => {
  machine.processes = [plan({ startMs: 0, percent: 50, leaderEndsAtAgeMs: 23_500 })];
  machine.start();
  await machine.ticks(10);
  machine.stop();
  expect(processes()).toMatchObject([{ end_reason: null }]);
  expect(count('SELECT sum(cpu_ms) FROM usage')).toBeGreaterThan(4_000);
});

test('a slice ends at each quarter-hour of UTC and completes while its process lives', async () => {
  machine.processes = [plan({ startMs: 0, percent: 50 })];
  machine.bootMs = 5_000;
  machine.start();
  await machine.ticks(10);
  const [first, second] = credits();
  expect(first).toMatchObject({ state: 2, ended: 0, to_ms: BOOTED_MS + 10_000 });
  expect((first?.to_ms ?? 1) % QUARTER_HOUR_MS).toBe(0);
  expect(second).toMatchObject({ state: 0, from_ms: first?.to_ms });
  machine.stop();
  expect(count('SELECT sum(taken_over) FROM usage')).toBe(1);
});

test('a process that leaves the selection and comes back is the same lifecycle', async () => {
  const changes = [
    { atAgeMs: 24_500, uid: 1002 },
    { atAgeMs: 30_500, uid: 1001 },
  ];
  machine.processes = [plan({ startMs: 0, percent: 50, changes })];
  machine.start({ users: ['user1001'] });
  await machine.ticks(15);
  machine.stop();
  expect(processes()).toMatchObject([{ ended_ms: null }]);
  expect(credits().map((each) => each.user)).toEqual(['user1001', 'user1001']);
  const charged = count('SELECT sum(cpu_ms) FROM usage');
  expect(charged).toBeLessThan(4_500);
});

test('a program that is not selected any more ends as unfollowed, and goes on when it is selected again', async () => {
  machine.processes = [
    plan({ pid: 7, startMs: 0, ...FOREVER, comm: 'mysqld' }),
    plan({ pid: 8, startMs: 0, ...FOREVER, comm: 'nginx' }),
  ];
  for (const programs of [['mysqld'], ['nginx'], ['mysqld']]) {
    machine.start({ programs });
    await machine.ticks(3);
    machine.stop();
  }
  expect(processes()).toMatchObject([
    { pid: 7, end_reason: null },
    { pid: 8, end_reason: 'unfollowed' },
  ]);
});

test('forks belong to their program, also when their parent is gone', async () => {
  machine.processes = [
    plan({ pid: 7, startMs: 0, lifeMs: 24_500, comm: 'php-fpm8.2', ...FOREVER }),
    plan({ pid: 8, ppid: 7, startMs: 0, lifeMs: 25_000, comm: 'sh', ...FOREVER }),
    plan({ pid: 9, ppid: 1, startMs: 0, comm: 'sh', ...FOREVER }),
  ];
  machine.start({ programs: ['php-fpm'] });
  await machine.ticks(8);
  machine.stop();
  expect(processes().map((each) => each.pid)).toEqual([7, 8]);
  expect(new Set(credits().map((each) => each.program))).toEqual(new Set(['php-fpm']));
});

test('a recorder that was away for 200 days finds the process and bounds what it writes', async () => {
  machine.processes = [plan({ startMs: 0, percent: 1 })];
  machine.start();
  await machine.ticks(2);
  machine.crash();
  machine.bootMs += 200 * 86_400_000;
  machine.start();
  await machine.ticks(2);
  machine.stop();
  expect(processes()).toHaveLength(1);
  expect(credits().length).toBeLessThan(1_000);
  expect(Math.abs(count('SELECT sum(cpu_ms) FROM usage') - 172_800_000)).toBeLessThan(1_100);
});

test('what a fork had used under its parent’s name goes with it to its own', async () => {
  machine.start();
  await machine.tick();
  const changes = [{ atAgeMs: 1_000, comm: 'php' }];
  machine.processes = [plan({ startMs: 21_050, percent: 400, comm: 'cron', changes })];
  await machine.tick();
  expect(count('SELECT sum(cpu_ms) FROM usage')).toBeGreaterThanOrEqual(3_000);
  await machine.ticks(2);
  machine.stop();
  expect(credits()).toMatchObject([{ command: 'php', program: 'php' }]);
  expect(count('SELECT count(*) FROM usage')).toBe(1);
});

test('a process that went in a gap of samples is closed at its last sight, without a tail', async () => {
  machine.processes = [plan({ startMs: 0, lifeMs: 25_500, percent: 100 })];
  machine.start();
  await machine.ticks(3);
  const lastSightMs = machine.wallMs;
  for (let i = 0; i < 8; i += 1) await machine.failedTick();
  await machine.ticks(2);
  machine.stop();
  expect(processes()).toMatchObject([{ end_reason: 'gone', ended_ms: lastSightMs }]);
  expect(count('SELECT sum(cpu_ms) FROM usage')).toBeLessThanOrEqual(3_100);
});

test('a process that idled before it ended has no tail, one that burned has', async () => {
  machine.start();
  await machine.tick();
  machine.processes = [
    plan({ pid: 7, startMs: 21_100, lifeMs: 6_500, percent: 50, idleFromAgeMs: 3_000 }),
    plan({ pid: 8, startMs: 21_100, lifeMs: 6_500, percent: 50 }),
  ];
  await machine.ticks(9);
  machine.stop();
  const [idled, burned] = processes();
  expect(Math.abs((idled?.cpu_ms ?? 0) - 1_500)).toBeLessThanOrEqual(60);
  expect(Math.abs((burned?.cpu_ms ?? 0) - 3_250)).toBeLessThanOrEqual(110);
});

test('a fork whose parent ends before its second sample is followed on', async () => {
  machine.start({ programs: ['worker'] });
  await machine.tick();
  machine.processes = [
    plan({ pid: 7, startMs: 20_500, lifeMs: 2_200 }),
    plan({ pid: 8, ppid: 7, startMs: 21_700, percent: 50, comm: 'child' }),
  ];
  await machine.ticks(10);
  machine.stop();
  const child = processes().find((each) => each.pid === 8);
  expect(child).toMatchObject({ end_reason: null });
  expect(child?.cpu_ms).toBeGreaterThan(3_500);
});

test('a user who comes and goes is charged from the last foreign sample on, in a bounded number of records', async () => {
  const changes = Array.from({ length: 60 }, (_, i) => ({
    atAgeMs: 21_500 + i * 3_000,
    uid: i % 2 === 0 ? 1002 : 1001,
  }));
  machine.processes = [plan({ startMs: 0, percent: 50, changes: changes.slice(0, 12) })];
  machine.start({ users: ['user1001'] });
  await machine.ticks(40);
  machine.stop();
  expect(processes()).toHaveLength(1);
  expect(Math.abs(count('SELECT sum(cpu_ms) FROM usage') - 11_000)).toBeLessThan(2_200);
  machine.processes = [plan({ startMs: 0, percent: 50, changes })];
  machine.start({ users: ['user1001'] });
  await machine.ticks(150);
  machine.stop();
  expect(credits().length).toBeLessThanOrEqual(20);
});

test('a user who names each process differently gets a bounded number of rows', async () => {
  machine.processes = Array.from({ length: 500 }, (_, i) =>
    plan({ pid: 1_000 + i, startMs: 20_500, percent: 10, comm: `name${i}` }),
  );
  machine.start();
  await machine.ticks(5);
  machine.stop();
  expect(count('SELECT count(*) FROM usage')).toBe(201);
  expect(
    count("SELECT started FROM usage JOIN name ON name_id = command_id WHERE name = '(other)'"),
  ).toBe(300);
});

test('a ps that takes longer than the interval leaves no gap: its sample covers its own run', async () => {
  machine.processes = [plan({ startMs: 0, percent: 10 })];
  machine.psTakesMs = 1_700;
  machine.start();
  for (let i = 0; i < 6; i += 1) await machine.tick(300);
  machine.stop();
  expect(count('SELECT count(*) FROM gap')).toBe(0);
});

test('ticks that are late one after the other are one gap', async () => {
  machine.processes = [plan({ startMs: 0, percent: 10 })];
  machine.start();
  await machine.ticks(2);
  for (let i = 0; i < 4; i += 1) await machine.tick(4_000);
  await machine.ticks(2);
  machine.stop();
  expect(count('SELECT count(*) FROM gap')).toBe(1);
  expect(count('SELECT duration_ms FROM gap')).toBe(16_000);
});

test.each([3_600_000, -3_600_000])(
  'a clock set by %i ms while suspended adds no coverage',
  async (byMs) => {
    clockWasSet = true;
    machine.processes = [plan({ startMs: 0, percent: 10 })];
    machine.start();
    await machine.ticks(60);
    machine.suspend(1_200_000);
    machine.setClock(byMs);
    await machine.ticks(60);
    machine.stop();
    expect(Math.abs(recordedMs() - 118_000)).toBeLessThanOrEqual(1_100);
  },
);
