import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFacts } from '../../src/report/status/read-facts.js';
import { judgeHealth } from '../../src/report/status/health.js';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import { plan } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';

const WORKER = plan({ pid: 10, comm: 'php-fpm8.2' });
const SERVER = plan({ pid: 20, comm: 'mariadbd', uid: 113 });

function machineOf(programs: string[]): SimulatedMachine {
  const journalPath = join(temporaryFolder(), 'psusage.db');
  const bootedMs = Date.UTC(2026, 5, 1, 12);
  const machine = new SimulatedMachine({ journalPath, bootedMs, programs });
  machine.bootMs = 60_000;
  machine.processes = [WORKER, SERVER];
  machine.start();
  return machine;
}

function warnings({ logged }: SimulatedMachine): object[] {
  return logged
    .map((line) => JSON.parse(line) as { level: number; msg: string; program?: string })
    .filter(({ level, msg }) => level === 40 && msg.includes('has matched this name'));
}

function problems({ options: { journalPath }, wallMs, bootMs }: SimulatedMachine): string[] {
  const db = openJournalReadOnly(journalPath);
  const host = { nowMs: wallMs, bootMs, kernelBootId: 'boot 1', isThere: () => true };
  const found = judgeHealth(readFacts(db, journalPath, host), 'UTC').problems;
  db.close();
  return found.filter((problem) => problem.startsWith('no process has matched'));
}

test('a name that nothing matches for a minute is warned of once, with the names that come close', async () => {
  const machine = machineOf(['php-fpm', 'mysqld']);
  await machine.ticks(59);
  expect(warnings(machine)).toEqual([]);
  expect(problems(machine)).toEqual([]);
  await machine.ticks(120);
  expect(warnings(machine)).toMatchObject([{ program: 'mysqld', near: ['mariadbd'] }]);
  const problem = expect.stringMatching(/'mysqld'.*: mariadbd$/) as string;
  expect(problems(machine)).toEqual([problem]);
  machine.stop();
  expect(problems(machine)).toEqual([problem]);
});

test('one that matches later is no problem any more, and its end is no new one', async () => {
  const machine = machineOf(['php-fpm', 'mysqld']);
  await machine.ticks(70);
  const late = plan({ pid: 500, comm: 'mysqld', startMs: machine.bootMs, lifeMs: 5_000 });
  machine.processes = [...machine.processes, late];
  await machine.ticks(15);
  expect(machine.logged.join('')).toContain('a process matches this name now');
  expect(problems(machine)).toEqual([]);
  await machine.ticks(120);
  expect(warnings(machine)).toHaveLength(1);
  expect(problems(machine)).toEqual([]);
});

test('a name whose processes another one takes is matched all the same', async () => {
  const machine = machineOf(['php*', 'php-fpm']);
  await machine.ticks(90);
  expect(warnings(machine)).toEqual([]);
});
