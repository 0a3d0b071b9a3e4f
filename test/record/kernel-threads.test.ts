import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plan } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';
import { query } from './recording.js';

test('the journal tells the kernel’s threads from processes that have their names', async () => {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const machine = new SimulatedMachine({ journalPath, bootedMs: Date.UTC(2026, 5, 1, 12) });
  machine.bootMs = 60_000;
  machine.processes = [
    plan({ pid: 2, ppid: 0, uid: 0, comm: 'kthreadd' }),
    plan({ pid: 10, ppid: 2, uid: 0, comm: 'kworker/0:1', percent: 5 }),
    plan({ pid: 11, ppid: 2, uid: 0, comm: 'kdamond.0', percent: 5 }),
    plan({ pid: 300, uid: 1001, comm: 'kworker', percent: 50 }),
  ];
  machine.start();
  await machine.ticks(5);
  machine.stop();
  const threads = query(
    journalPath,
    `SELECT name.name, uid FROM kernel_program JOIN user USING (user_id) JOIN name ON name_id = program_id
     ORDER BY name.name`,
  );
  expect(threads).toEqual(['kdamond', 'kthreadd', 'kworker'].map((name) => ({ name, uid: 0 })));
});
