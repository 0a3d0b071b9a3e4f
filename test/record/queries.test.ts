import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultsOf } from '../invariants.js';
import { type Plan, plan, usedMs } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const MORNING_MS = Date.UTC(2026, 9, 24, 8, 0, 1);
const INIT = plan({ pid: 1, ppid: 0, comm: 'init', uid: 0 });
const CROWD = Array.from({ length: 60 }, (_, i) =>
  plan({ pid: 100 + i, startMs: 10, comm: 'idler', uid: 1001 }),
);
const PIDS_APART = 50;
/** Until all have ended and what they left is settled: a stop before that may lose what no sample saw. */
const TICKS = 125;

const seconds = (min: number, max: number) =>
  fc.integer({ min: min * 100, max: max * 100 }).map((ticks) => ticks * 10);

const seed = fc.record({
  startMs: seconds(6, 50),
  lifeMs: seconds(1, 55),
  idleUntilAgeMs: fc.oneof(fc.constant(0), seconds(0, 50)),
  percent: fc.integer({ min: 0, max: 90 }),
  zombieMs: fc.oneof(fc.constant(0), seconds(0, 4)),
  uid: fc.integer({ min: 1001, max: 1002 }),
  parent: fc.nat(8),
});

/** Each is a child of an earlier one that lives when it starts, or of the first process of the system. */
function family(seeds: readonly (Partial<Plan> & { startMs: number; parent: number })[]): Plan[] {
  const plans: Plan[] = [];
  for (const { parent, ...each } of [...seeds].sort((a, b) => a.startMs - b.startMs)) {
    const mother = plans[parent];
    const lives = mother !== undefined && each.startMs < mother.startMs + mother.lifeMs;
    const pid = 1_000 + PIDS_APART * plans.length;
    plans.push(plan({ ...each, pid, ppid: lives ? mother.pid : 1 }));
  }
  return plans;
}

/** CPU time in ms that is on record after all of it, what no sample saw included. */
async function charged(processes: Plan[], asks: 'everything' | 'what is needed'): Promise<number> {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const machine = new SimulatedMachine({ journalPath, bootedMs: MORNING_MS, asks });
  machine.processes = [INIT, ...CROWD, ...processes];
  machine.bootMs = 4_000;
  machine.start();
  await machine.ticks(TICKS);
  if (asks !== 'everything') expect(machine.asked.some((each) => each !== 'everything')).toBe(true);
  machine.stop();
  return machine.read((db) => {
    expect(faultsOf(db)).toEqual({});
    return db.prepare<[], number>('SELECT coalesce(sum(cpu_ms), 0) FROM usage').pluck().get() ?? 0;
  });
}

test('querying what is needed counts nothing twice and loses nothing that querying everything finds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(seed, { maxLength: 8 }), async (seeds) => {
      // A simulated machine never waits: without this no time limit would be heard.
      await setImmediate();
      const processes = family(seeds);
      const used = processes.reduce((sum, each) => sum + usedMs(each, 4_000 + TICKS * 1_000), 0);
      const [all, needed] = [
        await charged(processes, 'everything'),
        await charged(processes, 'what is needed'),
      ];
      const room = 1_000 + 300 * processes.length;
      expect(needed).toBeLessThanOrEqual(used + room);
      expect(needed).toBeGreaterThanOrEqual(Math.min(all, used) - room);
    }),
    // Looking for a smaller family takes many minutes.
    { numRuns: 12, endOnFailure: true },
  );
});
