import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultsOf } from '../invariants.js';
import { isThere, type Plan, plan, usedMs } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const BOOTED_MS = Date.UTC(2026, 5, 1, 11, 58);
const FIRST_MS = 20_000;
const PS_DELAY_MS = 10;

function newMachine(programs: string[], processes: Plan[]): SimulatedMachine {
  const machine = new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: BOOTED_MS,
    asks: 'everything',
    programs,
  });
  machine.bootMs = FIRST_MS;
  machine.processes = processes;
  return machine;
}

/** Records, with a crash where the die shows 0; returns when the samples were taken. */
async function record(machine: SimulatedMachine, dice: readonly number[]): Promise<number[]> {
  await setImmediate();
  const sampledMs: number[] = [];
  machine.start();
  await machine.tick();
  for (const die of dice) {
    if (die === 0) {
      machine.crash();
      machine.bootMs += 2_000;
      machine.start();
    }
    await machine.tick();
    sampledMs.push(machine.bootMs + PS_DELAY_MS);
  }
  return sampledMs;
}

interface Sums {
  chargedMs: number;
  uncertainMs: number;
}

function sumsByUser(machine: SimulatedMachine): Map<number, Sums> {
  return machine.read((db) => {
    expect(faultsOf(db)).toEqual({});
    const rows = db
      .prepare<[], Sums & { uid: number }>(
        `SELECT uid, sum(cpu_ms) AS chargedMs, sum(uncertain_ms) AS uncertainMs
         FROM usage JOIN user USING (user_id) GROUP BY uid`,
      )
      .all();
    return new Map(rows.map(({ uid, ...sums }) => [uid, sums]));
  });
}

/** How closely what living processes have used and reaped is known. */
function uncertainOfLivingMs(machine: SimulatedMachine): number {
  const sql =
    'SELECT total(cpu_high_ms - cpu_low_ms + reaped_high_ms - reaped_low_ms) FROM followed';
  return machine.read((db) => db.prepare<[], number>(sql).pluck().get() ?? 0);
}

/** What the kernel knows of a family: of each user all, and what samples have shown. */
class Truth {
  constructor(
    private readonly processes: readonly Plan[],
    private readonly sampledMs: readonly number[],
  ) {}

  lastSampleOf(process: Plan): number | undefined {
    return this.sampledMs.findLast((ms) => isThere(process, ms));
  }

  /** Whose a process is: of one that no sample showed its nearest ancestor's that one showed. */
  /** What is cut off of each that was seen, and how closely ps tells what was reaped. */
  get roundingMs(): number {
    return 20 * this.processes.filter((each) => this.lastSampleOf(each) !== undefined).length + 200;
  }

  uidOf(process: Plan): number | undefined {
    if (this.lastSampleOf(process) !== undefined) return process.uid;
    const parent = this.#parentOf(process);
    return parent && this.uidOf(parent);
  }

  usedMs(uid?: number): number {
    return this.#sum(uid, (each) => usedMs(each, Infinity));
  }

  /** What was used at the last sample, and by whom no sample showed what its reaper's last one did. */
  shownMs(uid?: number): number {
    return this.#sum(uid, (each) => {
      const ownMs = this.lastSampleOf(each);
      if (ownMs !== undefined) return usedMs(each, ownMs);
      const endMs = each.startMs + each.lifeMs + each.zombieMs;
      return this.#isShownReaped(each, endMs) ? usedMs(each, Infinity) : 0;
    });
  }

  #isShownReaped(process: Plan, endMs: number): boolean {
    const parent = this.#parentOf(process);
    if (parent === undefined) return false;
    const lastMs = this.lastSampleOf(parent);
    if (lastMs !== undefined) return endMs <= lastMs;
    return this.#isShownReaped(parent, parent.startMs + parent.lifeMs + parent.zombieMs);
  }

  #sum(uid: number | undefined, ms: (each: Plan) => number): number {
    return this.processes
      .filter((each) => uid === undefined || this.uidOf(each) === uid)
      .reduce((sum, each) => sum + ms(each), 0);
  }

  #parentOf({ ppid }: Plan): Plan | undefined {
    return this.processes.find(({ pid }) => pid === ppid);
  }
}

const ticks = (maxMs: number) => fc.integer({ min: 0, max: maxMs / 10 }).map((each) => each * 10);

interface Branch {
  uid: number;
  percent: number;
  forks: { lifeMs: number; uid: number; percent: number }[];
  firstForkMs: number;
  endsAfterMs: number;
  zombieMs: number;
}

const branch: fc.Arbitrary<Branch> = fc.record({
  uid: fc.integer({ min: 1001, max: 1003 }),
  percent: fc.integer({ min: 0, max: 30 }),
  forks: fc.array(
    fc.record({
      lifeMs: fc.oneof({ weight: 8, arbitrary: ticks(300) }, ticks(4_000)).map((ms) => ms + 100),
      uid: fc.integer({ min: 1001, max: 1003 }),
      percent: fc.constantFrom(20, 70),
    }),
    { minLength: 10, maxLength: 40 },
  ),
  firstForkMs: ticks(3_000),
  endsAfterMs: fc.oneof(ticks(200), ticks(2_000)),
  zombieMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constant(2_500)),
});

interface Tree {
  branches: Branch[];
  apartMs: number;
  endsAfterMs: number;
  zombieMs: number;
}

const tree: fc.Arbitrary<Tree> = fc.record({
  branches: fc.array(branch, { minLength: 1, maxLength: 3 }),
  apartMs: ticks(2_000),
  endsAfterMs: fc.oneof(ticks(200), ticks(2_000)),
  zombieMs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constant(2_500)),
});

/** A master of one user, its branches of others, one after the other, and the forks of each, one after the other. */
function familyOf(seed: Tree, forksUid?: 'of their branch'): Plan[] {
  const startMs = FIRST_MS + 1_210;
  const forked: Plan[] = [];
  let atMs = startMs + 100;
  for (const [i, { forks, firstForkMs, endsAfterMs, ...own }] of seed.branches.entries()) {
    const pid = 1_000 * (i + 1);
    const branchMs = atMs;
    atMs += firstForkMs + 10;
    // The first is seen, and shows its parent to be one that waits for children.
    const seen = { lifeMs: 1_200, uid: own.uid, percent: 70 };
    for (const [j, each] of [seen, ...forks].entries()) {
      const uid = forksUid === 'of their branch' ? own.uid : each.uid;
      forked.push(plan({ ...each, uid, pid: pid + j + 1, ppid: pid, startMs: atMs }));
      atMs += each.lifeMs + 10;
    }
    atMs += endsAfterMs;
    const lifeMs = atMs - branchMs;
    forked.push(plan({ ...own, pid, ppid: 100, startMs: branchMs, lifeMs, comm: 'branch' }));
    atMs += own.zombieMs + seed.apartMs + 10;
  }
  const lifeMs = atMs + seed.endsAfterMs - startMs;
  const { zombieMs } = seed;
  const master = { pid: 100, startMs, lifeMs, zombieMs, percent: 3, uid: 1004, comm: 'master' };
  return [plan({ ...master, ppid: 50 }), ...forked];
}

const SHELL = plan({ pid: 50, ppid: 1, startMs: 5_000, uid: 0, comm: 'su' });
const UIDS = [0, 1001, 1002, 1003, 1004];

function ticksOf(family: readonly Plan[]): number {
  const endMs = Math.max(...family.map((each) => each.startMs + each.lifeMs + each.zombieMs));
  return Math.ceil((endMs - FIRST_MS) / 1_000) + 3;
}

test('what a tree’s processes were last seen to have reaped is on record when they have ended, whoever waits for them', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (seed) => {
      const family = familyOf(seed, 'of their branch');
      const machine = newMachine(['master'], [SHELL, ...family]);
      const truth = new Truth(family, await record(machine, Array(ticksOf(family)).fill(1)));
      machine.stop();
      const sums = sumsByUser(machine);
      for (const uid of UIDS) {
        const { chargedMs = 0, uncertainMs = 0 } = sums.get(uid) ?? {};
        expect(chargedMs).toBeGreaterThanOrEqual(truth.shownMs(uid) - truth.roundingMs);
        expect(chargedMs).toBeLessThanOrEqual(truth.usedMs(uid) + uncertainMs + truth.roundingMs);
      }
    }),
    { numRuns: 40, seed: 1, endOnFailure: true },
  );
});

test('with everything recorded each user’s processes have what they reaped, also in their last second', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (seed) => {
      const family = familyOf(seed, 'of their branch');
      const machine = newMachine([], [SHELL, ...family]);
      const truth = new Truth(family, await record(machine, Array(ticksOf(family)).fill(1)));
      machine.stop();
      const sums = sumsByUser(machine);
      for (const uid of UIDS) {
        const { chargedMs = 0 } = sums.get(uid) ?? {};
        // A fork that was seen once may stand for some of those that were not.
        const offMs = Math.abs(chargedMs - truth.usedMs(uid));
        expect(offMs).toBeLessThanOrEqual(truth.roundingMs + 300);
      }
    }),
    { numRuns: 40, seed: 1, endOnFailure: true },
  );
});

test('nor is anything lost or counted twice where the recorder is killed or stopped at any moment', async () => {
  const dice = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 3, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(tree, dice, fc.boolean(), async (seed, thrown, everything) => {
      const family = familyOf(seed);
      const machine = newMachine(everything ? [] : ['master'], [SHELL, ...family]);
      const truth = new Truth(family, await record(machine, thrown.slice(0, ticksOf(family))));
      machine.stop();
      const sums = sumsByUser(machine);
      const all = [...sums.values()];
      const chargedMs = all.reduce((sum, each) => sum + each.chargedMs, 0);
      const uncertainMs = all.reduce((sum, each) => sum + each.uncertainMs, 0);
      const livingMs = uncertainOfLivingMs(machine);
      expect(chargedMs).toBeGreaterThanOrEqual(truth.shownMs() - livingMs - truth.roundingMs);
      expect(chargedMs).toBeLessThanOrEqual(truth.usedMs() + uncertainMs + truth.roundingMs);
    }),
    { numRuns: 60, seed: 1, endOnFailure: true },
  );
});

/** A script of nine seconds, one after the other, whose last fork ends in the tick in which it ends itself. */
function scripts(count: number, ppid: number, offsetMs: number): Plan[] {
  return Array.from({ length: count }, (_, nth) => {
    const startMs = FIRST_MS + 5_000 + offsetMs + nth * 10_000;
    const pid = 1_000 + nth * 100;
    const script = plan({ pid, ppid, uid: 1_001, startMs, lifeMs: 9_000, percent: 12 });
    const forks = Array.from({ length: 27 }, (_each, at) =>
      plan({
        ...{ pid: pid + 1 + at, ppid: pid, uid: 1_001, percent: 90 },
        ...{ startMs: startMs + at * 333, lifeMs: 210 },
      }),
    );
    return [script, ...forks];
  }).flat();
}

test.each([200, 350])(
  'scripts that end in one tick with their last forks add up below a level between (%i ms)',
  async (offsetMs) => {
    const master = plan({ pid: 100, comm: 'master', startMs: 10_000 });
    const pool = plan({ pid: 200, ppid: 100, comm: 'pool', startMs: 11_000 });
    const processes = [master, pool, ...scripts(4, pool.pid, offsetMs)];
    const machine = newMachine(['master'], processes);
    await record(
      machine,
      Array.from({ length: 60 }, () => 1),
    );
    machine.stop();
    const chargedMs = [...sumsByUser(machine).values()].reduce(
      (sum, each) => sum + each.chargedMs,
      0,
    );
    const used = processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
    expect(Math.abs(chargedMs - used)).toBeLessThan(0.01 * used);
  },
);
