import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plan } from '../simulation/kernel.js';
import { type MachineOptions, SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';
import { query } from './recording.js';

const journalPath = () => join(temporaryFolder(), 'psusage.db');
const PROGRAMS = `SELECT DISTINCT name.name FROM usage JOIN name ON name_id = program_id ORDER BY name.name`;

/** A machine on which a process starts others with pid 2, as one does in many containers. */
function container(options: Partial<MachineOptions> = {}): SimulatedMachine {
  const bootedMs = Date.UTC(2026, 5, 1, 12);
  const machine = new SimulatedMachine({ journalPath: journalPath(), bootedMs, ...options });
  machine.bootMs = 60_000;
  machine.processes = [
    plan({ pid: 2, ppid: 0, uid: 0, comm: 'supervisord' }),
    plan({ pid: 3, ppid: 2, uid: 0, comm: 'php-fpm8.2', percent: 5 }),
    plan({ pid: 4, ppid: 2, uid: 0, comm: 'worker-12', percent: 5 }),
  ];
  return machine;
}

test('the children of a container’s pid 2 are processes as all others', async () => {
  const machine = container();
  machine.start();
  await machine.ticks(5);
  machine.stop();
  const path = machine.options.journalPath;
  expect(query(path, 'SELECT * FROM kernel_program')).toEqual([]);
  const names = ['php-fpm', 'supervisord', 'worker-12'];
  expect(query(path, PROGRAMS)).toEqual(names.map((name) => ({ name })));
});

test('a name that one of them has is not said to be nobody’s', async () => {
  const machine = container({ programs: ['php-fpm', 'mysqld'] });
  machine.start();
  await machine.ticks(65);
  machine.stop();
  const warned = machine.logged.filter((line) => line.includes('no process has matched'));
  expect(warned.map((line) => (JSON.parse(line) as { program: string }).program)).toEqual([
    'mysqld',
  ]);
});

test('the journal tells the kernel’s threads from processes that have their names', async () => {
  const machine = container();
  machine.processes = [
    plan({ pid: 2, ppid: 0, uid: 0, comm: 'kthreadd' }),
    plan({
      ...{ pid: 10, ppid: 2, uid: 0, comm: 'kworker/0:1-events', percent: 5 },
      changes: [{ atAgeMs: 62_500, comm: 'kworker/0:1-mm' }],
    }),
    plan({ pid: 11, ppid: 2, uid: 0, comm: 'kdamond.0', percent: 5 }),
    plan({ pid: 300, uid: 1001, comm: 'kworker', percent: 50 }),
  ];
  machine.start();
  await machine.ticks(5);
  machine.stop();
  const path = machine.options.journalPath;
  const threads = query(
    path,
    `SELECT name.name, uid FROM kernel_program JOIN user USING (user_id) JOIN name ON name_id = program_id
     ORDER BY name.name`,
  );
  expect(threads).toEqual(['kdamond', 'kthreadd', 'kworker'].map((name) => ({ name, uid: 0 })));
  // What a worker is at work on is no other command.
  const records = `SELECT name.name FROM credit JOIN process USING (process_id)
    JOIN name ON name_id = command_id WHERE pid = 10`;
  expect(query(path, records)).toEqual([{ name: 'kworker/0:1-events' }]);
});
