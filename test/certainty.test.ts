import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCli } from './cli.js';
import { plan, usedMs } from './simulation/kernel.js';
import { SimulatedMachine } from './simulation/machine.js';
import { temporaryFolder } from './temporary-folder.js';

const DAY = '2026-06-01';

interface ReportJson {
  users: { user: string; cpuSeconds: number; uncertainCpuSeconds: number }[];
  recorder: { cpuSeconds: number };
}

async function report(journalPath: string, args: string[]): Promise<string> {
  const run = startCli(['report', '--journal', journalPath, '--day', DAY, '--tz', 'UTC', ...args]);
  expect(await run.ended).toBe(0);
  return run.stdout();
}

/** A worker of 20 s at 40 %, and the recorder itself at 3 %, of which 30 s are recorded. */
async function recordSomething(): Promise<string> {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const machine = new SimulatedMachine({ journalPath, bootedMs: Date.parse(`${DAY}T12:00:00Z`) });
  machine.bootMs = 20_000;
  machine.processes = [
    plan({ pid: 4242, startMs: 18_000, percent: 3, uid: 0, comm: 'node' }),
    plan({ startMs: 22_100, lifeMs: 20_000, percent: 40 }),
  ];
  machine.start();
  await machine.ticks(30);
  machine.stop();
  return journalPath;
}

test('a report says what recording itself costs, and charges it to nobody', async () => {
  const journalPath = await recordSomething();
  const json = JSON.parse(await report(journalPath, ['--format', 'json'])) as ReportJson;
  expect(json.users.map((each) => each.user)).toEqual(['user1001']);
  expect(Math.abs(json.recorder.cpuSeconds - 0.96)).toBeLessThan(0.05);
  expect(await report(journalPath, [])).toMatch(
    /psusage used 0\.02\d* credits itself, 3\.\d+ % of one vCPU/,
  );
});

test('a sum is off by no more than the report says', async () => {
  const journalPath = await recordSomething();
  const json = JSON.parse(await report(journalPath, ['--format', 'json'])) as ReportJson;
  const [user] = json.users;
  expect(user?.uncertainCpuSeconds).toBeGreaterThan(0);
  expect(Math.abs((user?.cpuSeconds ?? 0) - 8)).toBeLessThanOrEqual(user?.uncertainCpuSeconds ?? 0);
  expect(await report(journalPath, ['--verbose'])).toContain('±');
});

test('that holds for a process that was seen once too, and worked after that alone', async () => {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const machine = new SimulatedMachine({
    journalPath,
    bootedMs: Date.parse(`${DAY}T12:00:00Z`),
    programs: ['worker'],
  });
  machine.bootMs = 20_000;
  const worker = plan({ startMs: 22_100, idleUntilAgeMs: 800, lifeMs: 1_850, percent: 100 });
  machine.processes = [worker];
  machine.start();
  await machine.ticks(10);
  machine.stop();
  const sums = machine.read((db) =>
    db
      .prepare<[], { charged: number; uncertain: number }>(
        'SELECT sum(cpu_ms) AS charged, sum(uncertain_ms) AS uncertain FROM usage',
      )
      .get(),
  );
  const used = usedMs(worker, Infinity);
  expect(Math.abs((sums?.charged ?? 0) - used)).toBeLessThanOrEqual(sums?.uncertain ?? 0);
});

/** A master that forks two children a second for so long, each of 0.15 s, and lives on. */
async function recordForks(seconds: number, quietTicks: number): Promise<[offMs: number, number]> {
  const machine = new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: Date.parse(`${DAY}T12:00:00Z`),
    programs: ['master'],
  });
  machine.bootMs = 20_000;
  const forks = Array.from({ length: 2 * seconds }, (_, at) =>
    plan({ pid: 200 + at, ppid: 100, startMs: 21_270 + at * 500, lifeMs: 300, percent: 50 }),
  );
  machine.processes = [plan({ comm: 'master', startMs: 20_500 }), ...forks];
  machine.start();
  await machine.ticks(seconds + quietTicks);
  const read = (what: string) =>
    machine.read((db) => db.prepare<[], number>(`SELECT sum(${what}) FROM usage`).pluck().get());
  const usedBy = forks.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
  const found = [(read('cpu_ms') ?? 0) - usedBy, read('uncertain_ms') ?? 0] as const;
  machine.stop();
  return [...found];
}

test('children that come and go without a pause may be off by no more, however long it lasts', async () => {
  const [, soonMs] = await recordForks(60, 0);
  const [offMs, lateMs] = await recordForks(240, 0);
  expect(lateMs).toBeLessThan(soonMs * 1.5);
  expect(Math.abs(offMs)).toBeLessThanOrEqual(lateMs);
});

test('once they pause what was reaped tells how far all of them are off together', async () => {
  const [, busyMs] = await recordForks(60, 0);
  const [offMs, quietMs] = await recordForks(60, 5);
  expect(quietMs).toBeLessThan(busyMs / 4);
  expect(Math.abs(offMs)).toBeLessThanOrEqual(quietMs + 20);
});
