import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { damagedJournals } from '../../../src/shared/journal/set-aside.js';
import { faultsOf } from '../../invariants.js';
import type { SimulatedMachine } from '../../simulation/machine.js';
import { checkpoint } from '../faults/journal-files.js';
import { newMachine, overwrite, read, recordHalfAnHour, repaired } from './damaged.js';

/** A lifecycle that goes on in the new journal has a row of its own beside the one that was copied. */
const GOES_ON = 'two lifecycles of one boot, pid and start';

/** Damages the journal, lets the recorder come upon it, and makes it whole again where it was set aside. */
async function damageForOneTick(machine: SimulatedMachine): Promise<string> {
  const { journalPath } = machine.options;
  checkpoint(journalPath);
  const rest = Buffer.alloc(statSync(journalPath).size - 4_096, 0xa5);
  const before = overwrite(journalPath, 4_096, rest);
  await machine.tick();
  const [aside = ''] = damagedJournals(journalPath);
  overwrite(aside, 4_096, before);
  return aside;
}

async function recordOn(machine: SimulatedMachine): Promise<void> {
  for (let tick = 0; tick < 60; tick += 1) await machine.tick(10_000);
  machine.stop();
}

/** The most that a process may have used between its last sample and its end, in all. */
const TAILS_MS = 100;

interface Total {
  uid: number;
  cpuMs: number;
  started: number;
}

function totals(journal: string): Total[] {
  return read(journal, (db) =>
    db
      .prepare<[], Total>(
        'SELECT uid, sum(cpu_ms) AS cpuMs, sum(started) AS started FROM usage JOIN user USING (user_id) GROUP BY uid',
      )
      .all(),
  );
}

const cpuMs = (all: Total[]) => all.reduce((sum, each) => sum + each.cpuMs, 0);
const started = (all: Total[]) => all.map((each) => each.started);

function faults(journal: string): string[] {
  return Object.keys(read(journal, faultsOf));
}

test('the new journal and what is copied into it add up to what one journal would hold', async () => {
  const sound = newMachine();
  await recordHalfAnHour(sound);
  await sound.tick();
  await recordOn(sound);
  const machine = newMachine();
  const { journalPath } = machine.options;
  await recordHalfAnHour(machine);
  const aside = await damageForOneTick(machine);
  await recordOn(machine);
  expect(faults(journalPath)).toEqual([]);
  repaired(journalPath, aside);
  const [together, expected] = [totals(journalPath), totals(sound.options.journalPath)];
  expect(started(together)).toEqual(started(expected));
  // What was settling at the damage has only what was certain of it.
  expect(cpuMs(together)).toBeLessThanOrEqual(cpuMs(expected));
  expect(cpuMs(together)).toBeGreaterThan(cpuMs(expected) - TAILS_MS);
  expect(faults(journalPath)).toEqual([GOES_ON]);
});

test('what is copied while the recorder runs disturbs nothing of what it goes on with', async () => {
  const machine = newMachine();
  const { journalPath } = machine.options;
  await recordHalfAnHour(machine);
  const aside = await damageForOneTick(machine);
  await machine.tick(10_000);
  repaired(journalPath, aside);
  await recordOn(machine);
  const before = totals(journalPath);
  expect(faults(journalPath)).toEqual([GOES_ON]);
  repaired(journalPath, aside);
  expect(totals(journalPath)).toEqual(before);
  expect(faults(journalPath)).toEqual([GOES_ON]);
});
