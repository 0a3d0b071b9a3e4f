import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plan, usedMs } from '../simulation/kernel.js';
import { type MachineOptions, SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const NOON_MS = Date.UTC(2026, 5, 1, 11, 58);
const COUNT = 20;

/** By how much CPU-bound workers without children are off, in ms a process, when they have ended. */
async function meanErrorMs(
  percent: number,
  options: Partial<MachineOptions>,
  startsMs: (index: number) => number,
): Promise<number> {
  const machine = new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: NOON_MS,
    programs: ['worker'],
    ...options,
  });
  machine.bootMs = 50_000;
  machine.processes = Array.from({ length: COUNT }, (_, i) => {
    const startMs = startsMs(i);
    // Not all at a round figure, which ps cuts nothing off.
    const spreadPercent = percent + 0.23 * i;
    return plan({
      pid: 200 + i,
      startMs,
      lifeMs: 75_000 - startMs + 370 * i,
      percent: spreadPercent,
    });
  });
  machine.start();
  await machine.ticks(40);
  machine.stop();
  const recorded = machine.read((db) =>
    db.prepare<[], number>('SELECT sum(cpu_ms) FROM process').pluck().get(),
  );
  const used = machine.processes.reduce((sum, each) => sum + usedMs(each, machine.bootMs), 0);
  return ((recorded ?? 0) - used) / COUNT;
}

test.each([
  ['born under watch', {}, (i: number) => 51_310 + 510 * i],
  ['born under watch, with --user', { users: ['user1001'] }, (i: number) => 51_310 + 510 * i],
  ['born under watch, with --no-forks', { forks: false }, (i: number) => 51_310 + 510 * i],
  ['running before', {}, (i: number) => 20_310 + 130 * i],
])(
  'processes above 99 per cent, %s, are right in the mean to a fifth of a second',
  async (_, options, startsMs) => {
    for (const percent of [100, 150]) {
      expect(Math.abs(await meanErrorMs(percent, options, startsMs))).toBeLessThan(200);
    }
  },
);
