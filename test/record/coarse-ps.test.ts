import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultsOf } from '../invariants.js';
import { type Plan, plan, usedMs } from '../simulation/kernel.js';
import { type MachineOptions, SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

type Kind = Pick<MachineOptions, 'ps' | 'agesAreTrue'>;

const PROCPS_3: Kind = { ps: 'procps 3.3' };
const KINDS: [string, Kind][] = [
  ['procps 3.3', PROCPS_3],
  ['a ps that knows no ages', { ps: 'procps 4', agesAreTrue: false }],
];

const MASTER = plan({ pid: 100, startMs: 20_500, percent: 1, uid: 0, comm: 'master' });

function newMachine(kind: Kind, programs = ['master']): SimulatedMachine {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const bootedMs = Date.UTC(2026, 5, 1, 11, 58);
  const machine = new SimulatedMachine({ journalPath, bootedMs, programs, ...kind });
  machine.bootMs = 20_000;
  return machine;
}

/** CPU time in ms of all records, or of what was unseen alone, in a journal that must be sound. */
function charged(machine: SimulatedMachine, which: 'all' | 'unseen' = 'all'): number {
  return (
    machine.read((db) => {
      expect(faultsOf(db)).toEqual({});
      const where = which === 'all' ? '' : 'WHERE unseen = 1';
      return db.prepare<[], number | null>(`SELECT sum(cpu_ms) FROM credit ${where}`).pluck().get();
    }) ?? 0
  );
}

function used({ processes, bootMs }: SimulatedMachine): number {
  return processes.reduce((sum, each) => sum + usedMs(each, bootMs), 0);
}

function shortForks(count: number, lifeMs = 120): Plan[] {
  return Array.from({ length: count }, (_, i) =>
    plan({ pid: 1_000 + i, ppid: 100, startMs: 22_040 + 210 * i, lifeMs, percent: 100 }),
  );
}

test.each(KINDS)('forks that no sample saw are in the sum with %s', async (_, kind) => {
  const machine = newMachine(kind);
  machine.processes = [MASTER, ...shortForks(100)];
  machine.start();
  await machine.ticks(40);
  machine.stop();
  expect(Math.abs(charged(machine) - used(machine))).toBeLessThan(1_000);
  expect(charged(machine, 'unseen')).toBeGreaterThan(5_000);
});

test('workers of some seconds are right to some hundredths each with procps 3.3', async () => {
  const workers = Array.from({ length: 60 }, (_, i) =>
    plan({
      pid: 1_000 + i,
      ppid: 100,
      startMs: 21_030 + 310 * i,
      lifeMs: 2_000 + 130 * i,
      percent: 1 + (i % 20),
    }),
  );
  const machine = newMachine(PROCPS_3);
  machine.processes = [MASTER, ...workers];
  machine.start();
  await machine.ticks(45);
  machine.stop();
  expect(Math.abs(charged(machine) - used(machine))).toBeLessThan(400);
  const rows = machine.read((db) =>
    db.prepare<[], { pid: number; cpu_ms: number }>('SELECT pid, cpu_ms FROM process').all(),
  );
  const off = workers.map((worker) => {
    const row = rows.find(({ pid }) => pid === worker.pid);
    return Math.abs((row?.cpu_ms ?? 0) - usedMs(worker, Infinity));
  });
  expect(off.reduce((sum, each) => sum + each, 0) / off.length).toBeLessThan(50);
});

test.each(KINDS)('what was used before is charged to no day with %s', async (_, kind) => {
  const old = plan({ pid: 100, startMs: 0, percent: 50, comm: 'master' });
  const machine = newMachine(kind);
  machine.processes = [old];
  machine.bootMs = 3_000_000;
  machine.start();
  await machine.ticks(30);
  machine.stop();
  expect(Math.abs(charged(machine) - 30 * 500)).toBeLessThan(1_200);
});

test.each(KINDS)('forks of an old parent are in the sum with %s', async (_, kind) => {
  const machine = newMachine(kind);
  const old = plan({ pid: 100, startMs: 0, percent: 0.2, uid: 0, comm: 'master' });
  machine.bootMs = 600_000;
  machine.processes = [
    old,
    ...shortForks(100).map((each) => ({ ...each, startMs: each.startMs + 600_000 - 20_000 })),
  ];
  machine.start();
  await machine.ticks(40);
  machine.stop();
  const usedMs = used(machine) - 1_200;
  expect(Math.abs(charged(machine) - usedMs)).toBeLessThan(1_200);
});

test('where no age is known a pid with another parent is another process', async () => {
  const machine = newMachine({ agesAreTrue: false }, []);
  const first = plan({ pid: 1_000, ppid: 100, startMs: 21_030, lifeMs: 5_000, percent: 1 });
  const second = plan({ pid: 1_000, ppid: 101, startMs: 26_040, percent: 90 });
  const parents = [100, 101].map((pid) => plan({ pid, startMs: 100 }));
  machine.processes = [...parents, first, second];
  machine.start();
  await machine.ticks(12);
  machine.stop();
  const count = 'SELECT count(*) FROM process WHERE pid = 1000';
  expect(machine.read((db) => db.prepare(count).pluck().get())).toBe(2);
});

test.each([
  ['loses its parent', 0, false],
  ['has a parent that is a zombie', 4_000, false],
  ['a subreaper adopts', 0, true],
  ['a subreaper adopts while its parent is a zombie', 4_000, true],
])('where no age is known a process that %s stays the same', async (_, zombieMs, subreaper) => {
  const machine = newMachine({ agesAreTrue: false }, []);
  const manager = plan({ pid: 50, startMs: 20_000, subreaper });
  const parent = plan({ pid: 100, ppid: 50, startMs: 20_500, lifeMs: 6_000, zombieMs });
  const orphan = plan({ pid: 1_000, ppid: 100, startMs: 21_030, percent: 50 });
  machine.processes = [manager, parent, orphan];
  machine.start();
  await machine.ticks(20);
  machine.stop();
  const pids = 'SELECT pid FROM process ORDER BY pid';
  expect(machine.read((db) => db.prepare(pids).pluck().all())).toEqual([50, 100, 1_000]);
});

test('where no age is known a process that does nothing is charged nothing after a crash either', async () => {
  const machine = newMachine({ agesAreTrue: false }, []);
  machine.processes = [plan({ pid: 1_000, startMs: 21_510, lifeMs: 9_530 })];
  machine.start();
  await machine.ticks(5);
  machine.crash();
  machine.bootMs += 3_000;
  machine.start();
  await machine.ticks(6);
  machine.stop();
  expect(charged(machine)).toBe(0);
});

test('a process that does nothing is charged nothing, however old, with procps 3.3', async () => {
  const machine = newMachine(PROCPS_3, []);
  machine.processes = Array.from({ length: 40 }, (_, i) =>
    plan({ pid: 1_000 + i, startMs: 100 * i, lifeMs: 3_000_000 + 1_000 * i }),
  );
  machine.bootMs = 2_990_000;
  machine.start();
  await machine.ticks(70);
  machine.stop();
  expect(charged(machine)).toBeLessThan(1_000);
});

const tick10 = (maxMs: number) => fc.integer({ min: 0, max: maxMs / 10 }).map((each) => each * 10);

const families = fc
  .array(
    fc.record({
      startMs: tick10(20_000).map((ms) => 21_000 + ms),
      lifeMs: fc.oneof(tick10(600), tick10(12_000)).map((ms) => ms + 10),
      percent: fc.integer({ min: 0, max: 100 }),
      uid: fc.integer({ min: 1001, max: 1003 }),
      zombieMs: fc.constantFrom(0, 0, 0, 2_000),
      parent: fc.nat(),
    }),
    { maxLength: 25 },
  )
  .map((seeds) => {
    const plans = [MASTER];
    for (const [i, { parent, ...seed }] of seeds.entries()) {
      const endMs = seed.startMs + seed.lifeMs + seed.zombieMs;
      const able = plans.filter(
        (each) => each.startMs <= seed.startMs && endMs < each.startMs + each.lifeMs,
      );
      const { pid: ppid } = able[parent % able.length] ?? MASTER;
      plans.push(plan({ ...seed, pid: 1_000 + i, ppid }));
    }
    return plans;
  });

/** Own and reaped CPU time of a parent are told apart to a second, and a crash tells nothing of what came in between. */
const SECOND_OF_A_PARENT_MS = 1_000;

test.each(KINDS)(
  'in any family, with crashes at any tick, the sum is right to a second a parent with %s',
  async (_, kind) => {
    const dice = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 30, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(families, dice, async (plans, crashes) => {
        const machine = newMachine(kind);
        machine.processes = plans;
        machine.start();
        await machine.tick(500);
        for (const die of crashes) {
          if (die === 0) {
            machine.crash();
            machine.bootMs += 2_000;
            machine.start();
          }
          await machine.tick();
        }
        await machine.ticks(15);
        machine.stop();
        const parents = new Set(plans.map(({ ppid }) => ppid)).size;
        const mayBeOffMs = SECOND_OF_A_PARENT_MS * parents + 20 * plans.length + 100;
        expect(Math.abs(charged(machine) - used(machine))).toBeLessThanOrEqual(mayBeOffMs);
      }),
      { numRuns: 20, endOnFailure: true },
    );
  },
);

test.each(KINDS)('forks at every tick make no sum drift with %s', async (_, kind) => {
  const machine = newMachine(kind);
  machine.processes = [MASTER, ...shortForks(600, 150)];
  machine.start();
  await machine.ticks(140);
  machine.stop();
  expect(Math.abs(charged(machine) - used(machine))).toBeLessThan(1_000);
});

test('a process that started while ps listed the others is one process, and of today', async () => {
  const machine = newMachine({ ps: 'procps 4' }, []);
  machine.processes = [plan({ pid: 1_000, startMs: 22_500, lifeMs: 9_000, percent: 60 })];
  let seen = 0;
  machine.tamper = (output) =>
    output.replace(/^( 1000 .*) 0 worker$/m, (row: string, before: string) => {
      seen += 1;
      return seen === 1 ? `${before} 4123168608 worker` : row;
    });
  machine.start();
  await machine.ticks(20);
  machine.stop();
  expect(seen).toBeGreaterThan(0);
  expect(Math.abs(charged(machine) - used(machine))).toBeLessThan(700);
  const starts = machine.read((db) =>
    db.prepare<[], number>('SELECT started_ms FROM process WHERE pid = 1000').pluck().all(),
  );
  expect(starts).toHaveLength(1);
  expect(Math.abs((starts[0] ?? 0) - machine.wallMs + machine.bootMs - 22_500)).toBeLessThan(1_100);
});
