import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultsOf } from '../invariants.js';
import { type Plan, plan, usedMs } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const MORNING_MS = Date.UTC(2026, 9, 24, 8, 0, 1);
const INIT = plan({ pid: 1, ppid: 0, comm: 'init', uid: 0 });

/** Idle processes under one parent that waits for them. */
function idlers(count: number, overrides: (index: number) => Partial<Plan> = () => ({})): Plan[] {
  return Array.from({ length: count }, (_, i) =>
    plan({ pid: 1_000 + i, startMs: 100 + 10 * i, comm: 'idler', ...overrides(i) }),
  );
}

async function machineWith(
  processes: Plan[],
  programs: string[] = [],
  users: string[] = [],
): Promise<SimulatedMachine> {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const machine = new SimulatedMachine({ journalPath, bootedMs: MORNING_MS, programs, users });
  machine.processes = [INIT, ...processes];
  machine.start();
  machine.bootMs = 5_000;
  await machine.ticks(1);
  return machine;
}

interface Row {
  pid: number;
  chargedMs: number;
  priorMs: number;
  endedBootMs: number | null;
  reason: string | null;
}

function rows(machine: SimulatedMachine): Row[] {
  expect(machine.read((db) => faultsOf(db))).toEqual({});
  return machine.read((db) =>
    db
      .prepare<[number], Row>(
        `SELECT pid, cpu_ms - prior_cpu_ms AS chargedMs, prior_cpu_ms AS priorMs,
           ended_ms - ? AS endedBootMs, end_reason AS reason
         FROM process ORDER BY process_id`,
      )
      .all(MORNING_MS),
  );
}

function rowsAsked(machine: SimulatedMachine, from: number): number {
  return machine.asked
    .slice(from)
    .reduce((sum, each) => sum + (each === 'everything' ? 201 : each.length), 0);
}

test('an idle process is queried rarely, and nothing of what it uses later is lost', async () => {
  const processes = idlers(200, (i) => ({ percent: 15, idleUntilAgeMs: 30_000 + 1_000 * i }));
  const machine = await machineWith(processes);
  await machine.ticks(19);
  const runs = machine.asked.length;
  await machine.ticks(10);
  expect(rowsAsked(machine, runs)).toBeLessThan(0.6 * 10 * 200);
  await machine.ticks(240);
  machine.stop();
  const found = new Map(rows(machine).map((row) => [row.pid, row]));
  for (const each of processes) {
    const row = found.get(each.pid);
    const used = usedMs(each, machine.bootMs);
    expect(Math.abs((row?.chargedMs ?? 0) + (row?.priorMs ?? 0) - used)).toBeLessThan(1_100);
  }
});

test('processes that do nothing for minutes cost a run for the whole host each half minute', async () => {
  const machine = await machineWith(idlers(200, () => ({ uid: 0 })));
  await machine.ticks(300);
  const runs = machine.asked.length;
  await machine.ticks(60);
  expect(machine.asked.slice(runs).filter((each) => each === 'everything')).toHaveLength(2);
  expect(rowsAsked(machine, runs)).toBeLessThan(2 * 201 + 60 * 10);
});

test('an idle process whose parent is another user’s is queried each five seconds', async () => {
  const machine = await machineWith(idlers(200));
  await machine.ticks(300);
  const runs = machine.asked.length;
  await machine.ticks(60);
  expect(machine.asked.slice(runs).filter((each) => each === 'everything')).toHaveLength(12);
});

test('what idle children had used is not counted again when they end after their parent', async () => {
  const parent = plan({ pid: 900, startMs: 50, lifeMs: 97_500, comm: 'parent' });
  const processes = idlers(100, (i) => ({
    ppid: 900,
    percent: 60,
    idleFromAgeMs: 10_000 + 400 * i,
    lifeMs: i < 40 ? 96_900 + 100 * i : Infinity,
  }));
  const machine = await machineWith([parent, ...processes]);
  await machine.ticks(160);
  machine.stop();
  const used = processes.reduce((sum, each) => sum + usedMs(each, Infinity), 0);
  const chargedMs = machine.read((db) =>
    db
      .prepare<[], number>(
        'SELECT (SELECT sum(cpu_ms) FROM usage) + (SELECT sum(prior_cpu_ms) FROM process)',
      )
      .pluck()
      .get(),
  );
  expect(rows(machine).filter((each) => each.reason === 'gone')).toHaveLength(41);
  expect(Math.abs((chargedMs ?? 0) - used)).toBeLessThan(2_000);
});

test('an idle process that wakes and ends where no parent tells of it loses no more than five seconds', async () => {
  const busy = { percent: 80, idleUntilAgeMs: 150_000, lifeMs: 170_000 };
  const processes = idlers(100, (i) => (i === 7 ? busy : {}));
  const machine = await machineWith(processes, ['idler']);
  await machine.ticks(190);
  machine.stop();
  const row = rows(machine).find((each) => each.pid === 1_007);
  expect(row?.chargedMs).toBeGreaterThan(16_000 - 4_100);
  expect(row?.chargedMs).toBeLessThan(17_000);
});

test('an idle process that ends is known to have ended within a tick', async () => {
  const processes = idlers(100, (i) => ({ lifeMs: i === 7 ? 70_500 : Infinity }));
  const machine = await machineWith(processes);
  await machine.ticks(100);
  machine.stop();
  const endedMs = (processes[7]?.startMs ?? 0) + 70_500;
  const ended = rows(machine).filter((each) => each.reason !== null);
  expect(ended).toMatchObject([{ pid: 1_007, reason: 'gone' }]);
  expect(Math.abs((ended[0]?.endedBootMs ?? 0) - endedMs)).toBeLessThanOrEqual(600);
});

test('an idle process that was there after a tick at the very quarter-hour has no record across that', async () => {
  const quarterBootMs = 899_000;
  const processes = idlers(100, (i) => ({ lifeMs: i === 7 ? quarterBootMs + 3_000 : Infinity }));
  const machine = await machineWith(processes);
  machine.bootMs = quarterBootMs - 60_000;
  await machine.ticks(61);
  expect(machine.bootMs).toBe(quarterBootMs + 1_000);
  machine.suspend(10_000);
  await machine.ticks(2);
  machine.stop();
  expect(rows(machine).find(({ pid }) => pid === 1_007)?.reason).toBe('gone');
});

test('what an idle process used between its last sample and its end comes through its parent', async () => {
  const busy = { percent: 80, idleUntilAgeMs: 68_000, lifeMs: 76_000 };
  const processes = idlers(100, (i) => (i === 7 ? busy : {}));
  const machine = await machineWith(processes);
  await machine.ticks(100);
  machine.stop();
  const row = rows(machine).find((each) => each.pid === 1_007);
  const unseenMs = machine.read((db) =>
    db.prepare<[], number>('SELECT coalesce(sum(unseen_cpu_ms), 0) FROM usage').pluck().get(),
  );
  expect(row?.chargedMs).toBeGreaterThan(5_000);
  expect(Math.abs((row?.chargedMs ?? 0) + (unseenMs ?? 0) - 6_400)).toBeLessThan(300);
});

test('the pid of an idle process that is used again is another process', async () => {
  const first = idlers(100, (i) => ({ lifeMs: i === 7 ? 70_000 : Infinity }));
  const again = plan({ pid: 1_007, startMs: 70_200, percent: 10, comm: 'again' });
  const machine = await machineWith([...first, again]);
  await machine.ticks(90);
  machine.stop();
  const [before, after] = rows(machine).filter((each) => each.pid === 1_007);
  expect(before).toMatchObject({ chargedMs: 0 });
  expect(before?.reason).not.toBeNull();
  expect(after?.chargedMs).toBeGreaterThan(1_500);
});

test('a process that takes the name of a program later is noticed with the next query of the whole host', async () => {
  const renamed = plan({
    pid: 1_000,
    startMs: 100,
    percent: 10,
    comm: 'starter',
    changes: [{ atAgeMs: 10_000, comm: 'server' }],
  });
  const machine = await machineWith([renamed], ['server']);
  await machine.ticks(60);
  machine.stop();
  const [row] = rows(machine);
  expect(row?.pid).toBe(1_000);
  expect((row?.chargedMs ?? 0) + (row?.priorMs ?? 0)).toBeGreaterThan(6_000);
  expect(row?.priorMs).toBeLessThan(3_500);
});

test('a fork that takes the name of a program a moment after its start is noticed at the next tick', async () => {
  const machine = await machineWith([], ['server']);
  machine.processes.push(
    plan({
      pid: 2_000,
      startMs: 20_900,
      lifeMs: 4_000,
      percent: 50,
      comm: 'sh',
      changes: [{ atAgeMs: 500, comm: 'server' }],
    }),
  );
  await machine.ticks(25);
  machine.stop();
  const [row] = rows(machine);
  expect(row).toMatchObject({ pid: 2_000, reason: 'gone' });
  expect(row?.chargedMs).toBeGreaterThan(1_300);
});

/** A fork of a process that has been idle for long, named otherwise. */
function lateFork(ppid: number, overrides: Partial<Plan> = {}): Plan {
  return plan({
    pid: 3_000,
    ppid,
    startMs: 150_300,
    lifeMs: 12_000,
    percent: 50,
    comm: 'convert',
    ...overrides,
  });
}

test('a fork of an idle process that was not sampled belongs to its program', async () => {
  const machine = await machineWith([...idlers(100), lateFork(1_007)], ['idler']);
  await machine.ticks(170);
  machine.stop();
  const fork = rows(machine).find((each) => each.pid === 3_000);
  expect(fork?.chargedMs).toBeGreaterThan(5_500);
});

test('so does a fork of an idle process that is not followed for its user alone', async () => {
  const master = plan({ pid: 900, startMs: 50, uid: 0, comm: 'idler' });
  const processes = [master, ...idlers(100), lateFork(900)];
  const machine = await machineWith(processes, ['idler'], ['user1001']);
  await machine.ticks(170);
  machine.stop();
  const found = rows(machine);
  expect(found.map((each) => each.pid)).not.toContain(900);
  expect(found.find((each) => each.pid === 3_000)?.chargedMs).toBeGreaterThan(5_500);
});

test('a fork that is another user’s for a moment is followed once it is the selected user’s', async () => {
  const master = plan({ pid: 900, startMs: 50, uid: 0, comm: 'idler' });
  const fork = lateFork(900, { uid: 0, changes: [{ atAgeMs: 900, uid: 1001 }] });
  const machine = await machineWith([master, ...idlers(100), fork], ['idler'], ['user1001']);
  await machine.ticks(170);
  machine.stop();
  const row = rows(machine).find((each) => each.pid === 3_000);
  expect(row?.chargedMs).toBeGreaterThan(5_000);
});
