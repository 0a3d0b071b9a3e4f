import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { faultsOf } from '../invariants.js';
import { type Plan, plan, usedMs } from '../simulation/kernel.js';
import { type MachineOptions, SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const BOOTED_MS = Date.UTC(2026, 5, 1, 11, 58);
const MASTER = plan({ pid: 100, startMs: 20_500, percent: 1, uid: 0, comm: 'master' });

interface Charged {
  user: string;
  unseen: number;
  cpu_ms: number;
}

let machine: SimulatedMachine;

beforeEach(() => {
  machine = newMachine();
});

function newMachine(overrides: Partial<MachineOptions> = {}): SimulatedMachine {
  const created = new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: BOOTED_MS,
    programs: ['master'],
    ...overrides,
  });
  created.bootMs = 20_000;
  return created;
}

/** Sums by user, what no sample showed apart, of a journal that must be sound. */
function charged(of: SimulatedMachine = machine): Charged[] {
  return of.read((db) => {
    expect(faultsOf(db)).toEqual({});
    return db
      .prepare<[], Charged>(
        `SELECT user.name AS user, unseen, sum(cpu_ms) AS cpu_ms FROM credit JOIN user USING (user_id)
         GROUP BY 1, 2 ORDER BY 1, 2`,
      )
      .all();
  });
}

function total(rows: Charged[], isMeant: (row: Charged) => boolean = () => true): number {
  return rows.filter(isMeant).reduce((sum, each) => sum + each.cpu_ms, 0);
}

/** By how much the sum may be off, as the journal says: of what ended, and of what lives. */
function uncertainMs(of: SimulatedMachine): number {
  const sums = [
    'SELECT sum(uncertain_ms) FROM usage',
    'SELECT sum(cpu_high_ms - cpu_low_ms + reaped_high_ms - reaped_low_ms) FROM followed',
  ];
  return of.read((db) =>
    sums.reduce((sum, sql) => sum + (db.prepare<[], number | null>(sql).pluck().get() ?? 0), 0),
  );
}

/** Forks of a parent, one after the other, that are gone before a sample can see most of them. */
function shortForks(count: number, overrides: Partial<Plan> = {}): Plan[] {
  return Array.from({ length: count }, (_, i) =>
    plan({
      pid: 2_000 + i,
      ppid: 100,
      startMs: 22_050 + i * 200,
      lifeMs: 120,
      percent: 100,
      ...overrides,
    }),
  );
}

async function record(ticks: number): Promise<void> {
  machine.start();
  await machine.ticks(ticks);
  machine.stop();
}

test('forks that no sample saw are charged as unseen to their parent’s user', async () => {
  machine.processes = [MASTER, ...shortForks(50)];
  await record(20);
  const rows = charged();
  const used = 50 * 120;
  const forks = total(rows) - usedMs(MASTER, machine.bootMs);
  expect(Math.abs(forks - used)).toBeLessThan(250);
  expect(total(rows, (row) => row.unseen === 1)).toBeGreaterThan(used / 2);
  expect(new Set(rows.filter((row) => row.unseen === 1).map((row) => row.user))).toEqual(
    new Set(['user0']),
  );
});

test('what unseen forks used never falls and is not counted again after a crash', async () => {
  machine.processes = [MASTER, ...shortForks(60)];
  machine.start();
  await machine.ticks(7);
  machine.crash();
  machine.bootMs += 3_000;
  machine.start();
  await machine.ticks(15);
  machine.stop();
  const forks = total(charged()) - usedMs(MASTER, machine.bootMs);
  expect(Math.abs(forks - 60 * 120)).toBeLessThan(250);
});

test('the tail of an ended child is corrected by what its parent reaped', async () => {
  const worker = plan({ pid: 200, ppid: 100, startMs: 22_040, lifeMs: 5_900, percent: 60 });
  machine.processes = [MASTER, worker];
  await record(15);
  const own = total(charged(), (row) => row.user === 'user1001');
  expect(Math.abs(own - usedMs(worker, Infinity))).toBeLessThanOrEqual(40);
});

test('ended children of several users in one tick share what their parent reaped', async () => {
  const workers = [1001, 1002, 1003].map((uid, i) =>
    plan({
      pid: 200 + i,
      ppid: 100,
      startMs: 22_040 + i * 30,
      lifeMs: 6_000 + i * 100,
      percent: 20 + 10 * i,
      uid,
    }),
  );
  machine.processes = [MASTER, ...workers];
  await record(15);
  const rows = charged();
  for (const worker of workers) {
    const own = total(rows, (row) => row.user === `user${worker.uid}`);
    expect(Math.abs(own - usedMs(worker, Infinity))).toBeLessThanOrEqual(60);
  }
  expect(total(rows, (row) => row.unseen === 1)).toBeLessThanOrEqual(20);
});

test('a child brings its own past and its children’s without being counted again', async () => {
  const old = plan({ pid: 100, startMs: 0, percent: 1, uid: 0, comm: 'master' });
  machine.processes = [
    old,
    plan({ pid: 200, ppid: 100, startMs: 1_000, lifeMs: 24_500, percent: 30 }),
    plan({ pid: 300, ppid: 200, startMs: 2_000, lifeMs: 5_000, percent: 50 }),
  ];
  await record(15);
  const rows = charged();
  const since = 0.3 * 4_500 + 0.01 * 15_000;
  expect(Math.abs(total(rows) - since)).toBeLessThan(400);
  expect(total(rows, (row) => row.unseen === 1)).toBeLessThanOrEqual(20);
});

test('when parent and child end together their time is found at the grandparent', async () => {
  machine.processes = [
    MASTER,
    plan({ pid: 200, ppid: 100, startMs: 22_040, lifeMs: 6_300, percent: 10 }),
    plan({ pid: 300, ppid: 200, startMs: 23_040, lifeMs: 5_200, percent: 40 }),
    ...shortForks(20, { ppid: 200 }),
  ];
  await record(20);
  const used = machine.processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
  expect(Math.abs(total(charged()) - used)).toBeLessThan(300);
});

test('where no process waits for children they keep their best guess and nothing is unseen', async () => {
  machine.processes = [
    { ...MASTER, ignoresChildren: true },
    plan({ pid: 200, ppid: 100, startMs: 22_040, lifeMs: 6_300, percent: 30 }),
  ];
  await record(15);
  const rows = charged();
  expect(rows.some((row) => row.unseen === 1)).toBe(false);
  expect(Math.abs(total(rows, (row) => row.user === 'user1001') - 1_890)).toBeLessThan(200);
});

test('an orphan’s time is taken for unseen neither at its grandparent nor at its adopter', async () => {
  machine = new SimulatedMachine({ ...machine.options, programs: [] });
  machine.bootMs = 20_000;
  machine.processes = [
    plan({ pid: 1, ppid: 0, startMs: 0, uid: 0, comm: 'init' }),
    plan({ ...MASTER, ppid: 1 }),
    plan({ pid: 200, ppid: 100, startMs: 22_040, lifeMs: 4_300, percent: 5 }),
    plan({ pid: 300, ppid: 200, startMs: 23_040, lifeMs: 3_700, percent: 80 }),
  ];
  await record(20);
  const used = machine.processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
  expect(Math.abs(total(charged()) - used)).toBeLessThan(500);
});

const INIT = plan({ pid: 1, ppid: 0, startMs: 0, uid: 0, comm: 'init' });
const SUBREAPER = plan({ pid: 50, ppid: 1, startMs: 20_200, comm: 'systemd', subreaper: true });

/** Pairs of a parent and a child that go between the same two samples, one pair after the other. */
function pairs(count: number, ppid: number, childOutlivesMs: number): Plan[] {
  return Array.from({ length: count }, (_, i) => {
    const startMs = 22_040 + i * 2_370;
    const lifeMs = 1_980 + childOutlivesMs;
    const pid = 5_000 + 2 * i;
    return [
      plan({ pid, ppid, startMs, lifeMs: 2_000, percent: 2 }),
      plan({ pid: pid + 1, ppid: pid, startMs: startMs + 20, lifeMs, percent: 80 }),
    ];
  }).flat();
}

/** By how much the sum is off once everything on a machine was recorded. */
async function offMs(processes: Plan[], ticks: number): Promise<number> {
  machine = newMachine({ programs: [] });
  machine.processes = processes;
  await record(ticks);
  return total(charged()) - processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
}

test.each([
  { where: 'right above its grandparent', between: [] },
  {
    where: 'far above its grandparent',
    between: [
      plan({ pid: 60, ppid: 50, startMs: 20_300, comm: 'tmux' }),
      plan({ pid: 70, ppid: 60, startMs: 20_400, comm: 'bash' }),
    ],
  },
])('an orphan’s time is not unseen at a subreaper $where', async ({ between }) => {
  const master = { ...MASTER, ppid: between.at(-1)?.pid ?? 50 };
  const off = await offMs([INIT, SUBREAPER, ...between, master, ...pairs(1, 100, 30)], 20);
  expect(Math.abs(off)).toBeLessThan(200);
  expect(total(charged(), (row) => row.unseen === 1)).toBeLessThan(200);
});

test('an orphan that a sample showed with its subreaper is counted once, at that subreaper', async () => {
  const line = [
    plan({ pid: 200, ppid: 100, startMs: 22_040, lifeMs: 4_300, percent: 5 }),
    plan({ pid: 300, ppid: 200, startMs: 23_040, lifeMs: 6_700, percent: 80 }),
  ];
  const off = await offMs([INIT, SUBREAPER, { ...MASTER, ppid: 50 }, ...line], 20);
  expect(Math.abs(off)).toBeLessThan(200);
});

test.each([
  { what: 'the child waited for by its parent', childOutlivesMs: -30, subreaper: true },
  { what: 'the child adopted by a subreaper', childOutlivesMs: 30, subreaper: true },
  { what: 'the child adopted by pid 1', childOutlivesMs: 30, subreaper: false },
])(
  'families that end at once, $what, hide nothing unseen of an ancestor’s own',
  async ({ childOutlivesMs, subreaper }) => {
    const shell = plan({ pid: 200, ppid: 100, startMs: 21_040, comm: 'sh' });
    const off = await offMs(
      [
        INIT,
        { ...SUBREAPER, subreaper },
        { ...MASTER, ppid: 50 },
        shell,
        ...pairs(12, 200, childOutlivesMs),
        ...shortForks(150),
      ],
      45,
    );
    expect(Math.abs(off)).toBeLessThan(2_000);
  },
);

test('orphans of a process hide nothing unseen of its own', async () => {
  const off = await offMs(
    [INIT, SUBREAPER, { ...MASTER, ppid: 50 }, ...pairs(12, 100, 30), ...shortForks(150)],
    45,
  );
  expect(Math.abs(off)).toBeLessThan(2_000);
});

test('a zombie is accounted for when it is waited for, not before', async () => {
  machine.processes = [
    MASTER,
    plan({ pid: 200, ppid: 100, startMs: 22_040, lifeMs: 4_300, percent: 50, zombieMs: 5_000 }),
  ];
  await record(20);
  const rows = charged();
  expect(rows.some((row) => row.unseen === 1 && row.cpu_ms > 20)).toBe(false);
  expect(Math.abs(total(rows, (row) => row.user === 'user1001') - 2_150)).toBeLessThanOrEqual(40);
});

test('with a filter on users nothing is called unseen: it may be others’', async () => {
  machine = new SimulatedMachine({ ...machine.options, users: ['user0'] });
  machine.bootMs = 20_000;
  machine.processes = [MASTER, ...shortForks(50)];
  await record(20);
  expect(charged().some((row) => row.unseen === 1)).toBe(false);
});

const tick10 = (maxMs: number) => fc.integer({ min: 0, max: maxMs / 10 }).map((each) => each * 10);

const fork = {
  startMs: tick10(20_000).map((ms) => 21_000 + ms),
  lifeMs: fc.oneof(tick10(600), tick10(12_000)).map((ms) => ms + 10),
  percent: fc.integer({ min: 0, max: 100 }),
  uid: fc.integer({ min: 1001, max: 1003 }),
  zombieMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constant(2_000)),
  subreaper: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
  parent: fc.nat(),
};
const forks = fc.array(fc.record(fork), { maxLength: 25 });
const dyingFamily = fc.array(
  fc.record({ ...fork, afterParentMs: fc.option(tick10(500).map((ms) => ms - 250)) }),
  { maxLength: 25 },
);
const crashes = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 30, maxLength: 30 });

/** Each fork's parent is the master or an earlier fork that lives long enough to wait for it. */
function family(seeds: { startMs: number; lifeMs: number; parent: number }[]): Plan[] {
  const plans: Plan[] = [MASTER];
  for (const [i, { parent, ...seed }] of seeds.entries()) {
    const endMs = seed.startMs + seed.lifeMs + 2_000;
    const able = plans.filter(
      (each) => each.startMs <= seed.startMs && endMs < each.startMs + each.lifeMs,
    );
    const chosen = able[parent % able.length] ?? MASTER;
    plans.push(plan({ ...seed, pid: 1_000 + i, ppid: chosen.pid }));
  }
  return plans;
}

/** Each fork's parent is the master or any earlier fork that lives when it starts; many end with their parent. */
function familyWithOrphans(
  seeds: { startMs: number; lifeMs: number; parent: number; afterParentMs: number | null }[],
): Plan[] {
  const plans: Plan[] = [INIT, SUBREAPER, { ...MASTER, ppid: 50 }];
  const inOrder = seeds.toSorted((a, b) => a.startMs - b.startMs);
  for (const [i, { parent, afterParentMs, ...seed }] of inOrder.entries()) {
    const { startMs } = seed;
    const able = plans.filter(
      (each) => each.ppid >= 50 && each.startMs <= startMs && startMs < each.startMs + each.lifeMs,
    );
    const chosen = able[parent % able.length] ?? MASTER;
    const endsWithParentMs = chosen.startMs + chosen.lifeMs + (afterParentMs ?? Infinity) - startMs;
    const lifeMs = Number.isFinite(endsWithParentMs) ? Math.max(endsWithParentMs, 10) : seed.lifeMs;
    plans.push(plan({ ...seed, lifeMs, pid: 1_000 + i, ppid: chosen.pid }));
  }
  return plans;
}

async function recordWithCrashes(one: SimulatedMachine, dice: readonly number[]): Promise<void> {
  // A simulated machine never waits, and a time limit would not be heard.
  await setImmediate();
  one.start();
  await one.tick(500);
  for (const die of dice) {
    if (die === 0) {
      one.crash();
      one.bootMs += 2_000;
      one.start();
    }
    await one.tick();
  }
  await one.ticks(15);
  one.stop();
}

test('in any family, with crashes at any tick, the sum is the kernel’s: nothing lost, nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(forks, crashes, async (seeds, dice) => {
      const one = newMachine();
      one.processes = family(seeds);
      await recordWithCrashes(one, dice);
      const used = one.processes.reduce((sum, each) => sum + usedMs(each, one.bootMs), 0);
      const sum = total(charged(one));
      const roundingMs = 20 * one.processes.length + 100;
      expect(sum).toBeLessThanOrEqual(used + roundingMs);
      expect(sum).toBeGreaterThanOrEqual(used - roundingMs - 1_000);
      expect(Math.abs(sum - used)).toBeLessThanOrEqual(uncertainMs(one) + roundingMs);
    }),
    { numRuns: 60, seed: 1, endOnFailure: true },
  );
});

/** How a recording of everything compares with the kernel's count, where any subreaper adopts orphans. */
async function withOrphans(
  seeds: Parameters<typeof familyWithOrphans>[0],
  dice: readonly number[],
): Promise<{ off: number; mayBeOffMs: number }> {
  const one = newMachine({ programs: [] });
  one.processes = familyWithOrphans(seeds);
  await recordWithCrashes(one, dice);
  const used = one.processes.reduce((sum, each) => sum + usedMs(each, one.bootMs), 0);
  const off = total(charged(one)) - used;
  return { off, mayBeOffMs: uncertainMs(one) + 20 * one.processes.length + 100 };
}

test('where any subreaper adopts orphans nothing is counted twice, with crashes at any tick', async () => {
  await fc.assert(
    fc.asyncProperty(dyingFamily, crashes, async (seeds, dice) => {
      const { off, mayBeOffMs } = await withOrphans(seeds, dice);
      expect(off).toBeLessThanOrEqual(mayBeOffMs);
    }),
    { numRuns: 30, seed: 1, endOnFailure: true },
  );
});

test('where any subreaper adopts orphans little is lost', async () => {
  await fc.assert(
    fc.asyncProperty(dyingFamily, async (seeds) => {
      const { off, mayBeOffMs } = await withOrphans(seeds, Array<number>(30).fill(1));
      expect(off).toBeLessThanOrEqual(mayBeOffMs);
      expect(off).toBeGreaterThanOrEqual(-3_000);
    }),
    { numRuns: 30, seed: 1, endOnFailure: true },
  );
});

test('forks that come and go at every tick make no sum drift', async () => {
  machine.processes = [MASTER, ...shortForks(600, { lifeMs: 150 })];
  machine.start();
  const offMs: number[] = [];
  for (let i = 0; i < 130; i += 1) {
    await machine.tick();
    const used = machine.processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
    if (i % 10 === 9) offMs.push(total(charged()) - used);
  }
  machine.stop();
  for (const off of offMs) expect(Math.abs(off)).toBeLessThan(5_000);
  expect(Math.abs(offMs.at(-1) ?? Infinity)).toBeLessThan(300);
});

test('a parent that changes its user has what is unseen under both, in records that do not overlap', async () => {
  const changes = [{ atAgeMs: 9_500, uid: 1009 }];
  machine.processes = [{ ...MASTER, changes }, ...shortForks(80)];
  await record(25);
  const rows = charged();
  const unseenUsers = rows.filter((row) => row.unseen === 1).map((row) => row.user);
  expect(unseenUsers).toEqual(['user0', 'user1009']);
  expect(Math.abs(total(rows) - usedMs(MASTER, machine.bootMs) - 80 * 120)).toBeLessThan(300);
});

test.each([0, 130, 330, 500, 870])(
  'what is unseen in two quarter-hours is in records that do not overlap, where samples lie %i ms off them',
  async (offMs) => {
    machine = newMachine({ bootedMs: BOOTED_MS + 90_000 + offMs });
    machine.processes = [MASTER, ...shortForks(120)];
    await record(40);
    const used = usedMs(MASTER, machine.bootMs) + 120 * 120;
    expect(Math.abs(total(charged()) - used)).toBeLessThan(300);
  },
);

test('what was reaped while children were left out is not unseen once they are not', async () => {
  machine.processes = [MASTER, ...shortForks(40)];
  machine.start({ users: ['user0'] });
  await machine.ticks(15);
  machine.stop();
  machine.start();
  await machine.ticks(8);
  machine.stop();
  expect(total(charged(), (row) => row.unseen === 1)).toBeLessThan(100);
});

test('what was charged to a process before it left the selection is not unseen when it goes', async () => {
  const changes = Array.from({ length: 24 }, (_, i) => ({
    atAgeMs: 1_000 + i * 1_000,
    uid: i % 2 === 0 ? 1009 : 1001,
  }));
  const flapping = plan({ pid: 200, ppid: 100, startMs: 22_040, lifeMs: 32_000, percent: 50 });
  machine.processes = [MASTER, { ...flapping, changes }];
  machine.start({ users: ['user1001'] });
  await machine.ticks(27);
  machine.stop();
  machine.start();
  await machine.ticks(20);
  machine.stop();
  const used = machine.processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
  expect(total(charged())).toBeLessThan(used + 200);
});

test('a child that ends with its parent is counted once, also where the parent stays a zombie', async () => {
  machine.processes = [
    MASTER,
    plan({ pid: 200, ppid: 100, startMs: 22_040, lifeMs: 8_300, percent: 10, zombieMs: 5_000 }),
    plan({ pid: 300, ppid: 200, startMs: 23_040, lifeMs: 7_200, percent: 80 }),
  ];
  await record(30);
  const used = machine.processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
  expect(Math.abs(total(charged()) - used)).toBeLessThan(500);
});

test('an orphan of a line without ancestors is counted once, at its adopter', async () => {
  machine = new SimulatedMachine({ ...machine.options, programs: [] });
  machine.bootMs = 20_000;
  machine.processes = [
    plan({ pid: 1, ppid: 0, startMs: 0, uid: 0, comm: 'init' }),
    plan({ pid: 100, ppid: 0, startMs: 22_040, lifeMs: 8_300 }),
    plan({ pid: 300, ppid: 100, startMs: 23_040, lifeMs: 7_700, percent: 80 }),
  ];
  await record(30);
  const used = machine.processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
  expect(Math.abs(total(charged()) - used)).toBeLessThan(500);
});

test('what was guessed for children long ago does not hide what is unseen now', async () => {
  const workers = Array.from({ length: 20 }, (_, i) =>
    plan({ pid: 500 + i, ppid: 100, startMs: 22_040 + i * 3_000, lifeMs: 2_700, percent: 90 }),
  );
  const pair = [
    plan({ pid: 400, ppid: 100, startMs: 84_000, lifeMs: 9_800 }),
    plan({ pid: 401, ppid: 400, startMs: 84_050, lifeMs: 9_700, percent: 95 }),
  ];
  const forks = shortForks(40).map((each) => ({ ...each, startMs: each.startMs + 80_000 }));
  machine.processes = [MASTER, ...workers, ...pair, ...forks];
  await record(130);
  const used = machine.processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
  expect(Math.abs(total(charged()) - used)).toBeLessThan(1_500);
});

test.each([
  { what: 'ends', master: { lifeMs: 100_800 } },
  { what: 'changes its user', master: { changes: [{ atAgeMs: 100_800, uid: 1009 }] } },
])(
  'a parent that $what just after a quarter-hour leaves its unseen record within it',
  async ({ master }) => {
    machine.processes = [
      { ...MASTER, ...master },
      ...shortForks(80).map((each) => ({ ...each, startMs: each.startMs + 82_000 })),
    ];
    await record(115);
    expect(charged().some((row) => row.unseen === 1)).toBe(true);
  },
);

test('what a zombie had reaped is still known after a clean stop', async () => {
  const zombie = plan({
    pid: 200,
    ppid: 100,
    startMs: 22_040,
    lifeMs: 10_400,
    percent: 5,
    zombieMs: 12_000,
  });
  const child = plan({ pid: 300, ppid: 200, startMs: 23_040, lifeMs: 9_350, percent: 80 });
  machine.processes = [{ ...MASTER, percent: 0 }, zombie, child];
  machine.start();
  while (machine.bootMs < 32_900) await machine.tick();
  machine.stop();
  machine.bootMs += 2_000;
  await record(30);
  expect(total(charged(), (row) => row.unseen === 1)).toBeLessThan(300);
});
