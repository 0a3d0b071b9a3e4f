import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultsOf } from '../../invariants.js';
import type { SimulatedMachine } from '../../simulation/machine.js';
import { checkpoint } from '../faults/journal-files.js';
import {
  newMachine,
  overwrite,
  read,
  recordHalfAnHour,
  salvaged,
  setAsideBeside,
} from './damaged.js';

/** Damages the journal, lets the recorder come upon it, and makes it whole again where it was set aside. */
async function damageForOneTick(machine: SimulatedMachine): Promise<string> {
  const { journalPath } = machine.options;
  checkpoint(journalPath);
  const rest = Buffer.alloc(statSync(journalPath).size - 4_096, 0xa5);
  const before = overwrite(journalPath, 4_096, rest);
  await machine.tick();
  const [aside = ''] = setAsideBeside(journalPath);
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
  cpuMs: number;
}

function totals(journal: string): Total[] {
  return read(journal, (db) => db.prepare<[], Total>('SELECT cpu_ms AS cpuMs FROM usage').all());
}

const cpuMs = (all: Total[]) => all.reduce((sum, each) => sum + each.cpuMs, 0);

test('the new journal and what is salvaged of the damaged one add up to what one journal would hold', async () => {
  const sound = newMachine();
  await recordHalfAnHour(sound);
  await sound.tick();
  await recordOn(sound);
  const machine = newMachine();
  const { journalPath } = machine.options;
  await recordHalfAnHour(machine);
  const aside = await damageForOneTick(machine);
  await recordOn(machine);
  const { path } = salvaged(aside);
  expect(read(journalPath, faultsOf)).toEqual({});
  expect(read(path, faultsOf)).toEqual({});
  const [together, expected] = [
    [...totals(path), ...totals(journalPath)],
    totals(sound.options.journalPath),
  ];
  // What was settling at the damage has only what was certain of it.
  expect(cpuMs(together)).toBeLessThanOrEqual(cpuMs(expected));
  expect(cpuMs(together)).toBeGreaterThan(cpuMs(expected) - TAILS_MS);
});
