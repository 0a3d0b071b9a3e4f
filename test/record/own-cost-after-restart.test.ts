import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { faultsOf } from '../invariants.js';
import { type Plan, plan, usedMs } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const INIT = plan({ pid: 1, ppid: 0, startMs: 0, percent: 0.1, uid: 0, comm: 'init' });
const SHELL = plan({ pid: 300, startMs: 10_000, uid: 1001, comm: 'sh' });

/** What a recorder uses after its last tick, and what ps does not tell. */
const BOUND_MS = 100;

let machine: SimulatedMachine;

beforeEach(() => {
  machine = new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: Date.UTC(2026, 5, 1, 11, 58),
  });
  machine.bootMs = 20_000;
  machine.processes = [INIT];
});

/** A recorder of so many seconds, with a ps of 20 ms at each of its ticks. */
function recorder(seconds: number, overrides: Partial<Plan> = {}): Plan[] {
  const startMs = machine.bootMs - 500;
  const lifeMs = seconds * 1_000 + 900;
  const own = plan({ pid: 4242, startMs, lifeMs, percent: 2, uid: 0, comm: 'node', ...overrides });
  const runs = Array.from({ length: seconds }, (_, i) =>
    plan({
      pid: own.pid + 1 + i,
      ppid: own.pid,
      startMs: machine.bootMs + (i + 1) * 1_000,
      lifeMs: 20,
      percent: 100,
      uid: 0,
      comm: 'ps',
    }),
  );
  return [own, ...runs];
}

/** Records for so long with a recorder of its own, which ends shortly after its last tick. */
async function record(
  seconds: number,
  { end = 'stop', ...overrides }: Partial<Plan> & { end?: 'stop' | 'crash' } = {},
): Promise<Plan[]> {
  const own = recorder(seconds, overrides);
  machine.processes.push(...own);
  machine.start({ recorderPid: own[0]?.pid ?? 0 });
  await machine.ticks(seconds);
  machine[end]();
  machine.bootMs += 5_000;
  return own;
}

function unseenMs(): number {
  return machine.read((db) => {
    expect(faultsOf(db)).toEqual({});
    return (
      db
        .prepare<[], number | null>('SELECT sum(cpu_ms) FROM credit WHERE unseen = 1')
        .pluck()
        .get() ?? 0
    );
  });
}

function ownMs(): number | undefined {
  return machine.read((db) =>
    db.prepare<[], number>('SELECT sum(cpu_ms) FROM recorder_usage').pluck().get(),
  );
}

function usedByAll(plans: readonly Plan[]): number {
  return plans.reduce((sum, each) => sum + usedMs(each, Infinity), 0);
}

test.each(['stop', 'crash'] as const)(
  'after a %s what the recorder had used is charged to no user, also once it was waited for',
  async (end) => {
    const first = await record(100, { end });
    const second = await record(30, { pid: 5_000 });
    expect(unseenMs()).toBeLessThan(BOUND_MS);
    const used = usedByAll([...first, ...second]);
    expect(Math.abs((ownMs() ?? 0) - used)).toBeLessThan(2 * BOUND_MS);
  },
);

test.each([
  { what: 'waits for it', shell: {} },
  { what: 'ends with it', shell: { lifeMs: 111_000 } },
  { what: 'ended before it, and left it to who adopts orphans', shell: { lifeMs: 60_000 } },
])('the shell that started it $what: its time is charged to no user', async ({ shell }) => {
  machine.processes.push({ ...SHELL, ...shell });
  await record(100, { ppid: SHELL.pid });
  await record(30, { pid: 5_000 });
  expect(unseenMs()).toBeLessThan(BOUND_MS);
});

test('one that is waited for long after the next has begun brings its time then, and once', async () => {
  await record(100, { end: 'crash', zombieMs: 15_000 });
  await record(40, { pid: 5_000 });
  await record(20, { pid: 6_000 });
  expect(unseenMs()).toBeLessThan(2 * BOUND_MS);
});

test('restarts that follow each other, with a tick in between and without one, add nothing', async () => {
  await record(60);
  machine.start({ recorderPid: 4_990 });
  machine.crash();
  machine.start({ recorderPid: 4_991 });
  machine.stop();
  for (let i = 0; i < 5; i += 1) await record(10, { pid: 5_000 + 100 * i });
  expect(unseenMs()).toBeLessThan(6 * BOUND_MS);
});

test.each([
  { when: 'at once', zombieMs: 0 },
  { when: 'late', zombieMs: 15_000 },
])(
  'waited for $when it hides nothing of what a parent’s children used that come and go at each tick',
  async ({ zombieMs }) => {
    const forks = Array.from({ length: 65 }, (_, i) => [
      plan({ pid: 8_000 + i, startMs: 22_040 + i * 1_000, lifeMs: 980, percent: 5 }),
      plan({ pid: 9_000 + i, startMs: 22_050 + i * 1_000, lifeMs: 120, percent: 100 }),
    ]).flat();
    machine.processes.push(...forks);
    await record(40, { end: 'crash', percent: 20, zombieMs });
    await record(40, { pid: 5_000 });
    const charged = machine.read((db) =>
      db.prepare<[], number>('SELECT sum(cpu_ms) FROM credit').pluck().get(),
    );
    const used = forks.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
    const usedByInit = usedMs(INIT, machine.bootMs) - usedMs(INIT, 20_000);
    expect(unseenMs()).toBeGreaterThan(used / 4);
    expect(Math.abs((charged ?? 0) - used - usedByInit)).toBeLessThan(1_000);
  },
);

test('another process that has its pid by now changes nothing', async () => {
  await record(100);
  machine.processes.push(plan({ pid: 4242, startMs: machine.bootMs - 2_000, percent: 1 }));
  await record(30, { pid: 5_000 });
  expect(unseenMs()).toBeLessThan(BOUND_MS);
});

test('a recorder that gets the pid of the one before is not taken for it', async () => {
  await record(100);
  await record(30);
  expect(unseenMs()).toBeLessThan(BOUND_MS);
});

test('after a recorder with another selection nothing is taken off that was unseen', async () => {
  machine.processes.push(SHELL);
  await record(100, { ppid: SHELL.pid });
  machine.start({ recorderPid: 5_000, users: ['user1001'] });
  await machine.ticks(10);
  machine.stop();
  machine.processes.push(
    plan({
      pid: 9_000,
      ppid: SHELL.pid,
      startMs: machine.bootMs + 6_050,
      lifeMs: 900,
      percent: 90,
    }),
  );
  await record(20, { pid: 6_000 });
  expect(Math.abs(unseenMs() - 810)).toBeLessThan(BOUND_MS);
});

test.each([true, false])(
  'a helper that outlives a killed recorder is charged to no user, adopted by a subreaper: %s',
  async (subreaper) => {
    const manager = plan({ pid: 50, startMs: 5_000, uid: 1001, comm: 'systemd', subreaper });
    const lifeMs = 100_900;
    const own = plan({ pid: 4242, ppid: 300, startMs: 19_500, lifeMs, percent: 0.5 });
    const helper = { ...own, pid: 32_000, ppid: 4242, lifeMs: lifeMs + 50, percent: 2, comm: 'sh' };
    machine.processes.push(manager, { ...SHELL, ppid: 50 }, own, helper);
    machine.start();
    await machine.ticks(100);
    machine.crash();
    machine.bootMs += 5_000;
    machine.start({ recorderPid: 5_000 });
    await machine.ticks(30);
    machine.stop();
    expect(unseenMs()).toBeLessThan(2 * BOUND_MS);
  },
);
