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
    /psusage itself: 0\.02 credits, 3\.\d+ % of one vCPU/,
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
