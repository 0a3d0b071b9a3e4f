import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { type Plan, plan } from '../../simulation/kernel.js';
import { SimulatedMachine } from '../../simulation/machine.js';
import { temporaryFolder } from '../../temporary-folder.js';

const TABLES = ['process', 'followed', 'credit', 'usage', 'gap', 'clock_step'];

/** Forks that come and go each half second under one parent. */
const PROCESSES: Plan[] = [
  plan({ pid: 100, startMs: 500, percent: 5 }),
  ...Array.from({ length: 24 }, (_, at) =>
    plan({ pid: 200 + at, ppid: 100, startMs: 1_000 + at * 500, lifeMs: 1_700, percent: 40 }),
  ),
];

/** All that is in a journal after some seconds, in the middle of which another program may have held it. */
async function recorded({ isHeld }: { isHeld: boolean }): Promise<Record<string, unknown[]>> {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const machine = new SimulatedMachine({ journalPath, bootedMs: Date.UTC(2026, 5, 1, 12) });
  machine.processes = PROCESSES;
  machine.start();
  await machine.ticks(4);
  const holder = new Database(journalPath);
  if (isHeld) holder.exec('BEGIN IMMEDIATE');
  await machine.ticks(4);
  if (isHeld) holder.exec('COMMIT');
  holder.close();
  await machine.ticks(20);
  machine.stop();
  return machine.read((db) =>
    Object.fromEntries(TABLES.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()])),
  );
}

test('what happens while another program holds the journal is in it afterwards as if none had', async () => {
  const held = await recorded({ isHeld: true });
  expect(held['process']).toHaveLength(PROCESSES.length);
  expect(held).toEqual(await recorded({ isHeld: false }));
});
