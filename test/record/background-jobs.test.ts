import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { until } from '../cli.js';
import { faultsOf } from '../invariants.js';
import { type Plan, plan, usedMs } from '../simulation/kernel.js';
import { SimulatedMachine } from '../simulation/machine.js';
import { temporaryFolder } from '../temporary-folder.js';
import { newJournal, number, PROGRAM, query, record } from './recording.js';

const BOOTED_MS = Date.UTC(2026, 5, 1, 11, 58);
const MASTER = plan({ pid: 100, startMs: 5_000, percent: 1, uid: 0, comm: 'master' });
const WORKER = plan({ pid: 200, ppid: 100, startMs: 6_000, percent: 5, comm: 'master', sid: 100 });

/** A shell that a worker runs, and the job that it leaves behind. */
function backgroundJob(startMs: number, shellMs: number, job: Partial<Plan> = {}): Plan[] {
  const shell = plan({ pid: 300, ppid: 200, startMs, lifeMs: shellMs, sid: 100, comm: 'sh' });
  const left = { pid: 301, ppid: 300, startMs: startMs + 10, sid: 100, comm: 'job', percent: 60 };
  return [shell, plan({ ...left, lifeMs: 6_500, ...job })];
}

function machineWith(...processes: Plan[]): SimulatedMachine {
  const machine = new SimulatedMachine({
    journalPath: join(temporaryFolder(), 'psusage.db'),
    bootedMs: BOOTED_MS,
    programs: ['master'],
  });
  machine.bootMs = 20_000;
  machine.processes = [plan({ pid: 1, ppid: 0, comm: 'init' }), MASTER, WORKER, ...processes];
  return machine;
}

/** CPU time on record by pid, of a journal that is sound. */
function recorded(machine: SimulatedMachine): Record<number, number> {
  return machine.read((db) => {
    expect(faultsOf(db)).toEqual({});
    const rows = db
      .prepare<[], { pid: number; cpuMs: number }>(
        `SELECT pid, sum(credit.cpu_ms) AS cpuMs FROM credit JOIN process USING (process_id) GROUP BY pid`,
      )
      .all();
    return Object.fromEntries(rows.map(({ pid, cpuMs }) => [pid, cpuMs]));
  });
}

test.each([
  { what: 'when its shell is gone already', shellMs: 20 },
  { what: 'while its shell lives', shellMs: 1_500 },
])('a job in the background, seen first $what, counts once', async ({ shellMs }) => {
  const [shell, job] = backgroundJob(22_250, shellMs);
  if (shell === undefined || job === undefined) throw new Error('no job');
  const machine = machineWith(shell, job);
  machine.start();
  await machine.ticks(15);
  machine.stop();
  const cpuMs = recorded(machine);
  expect(Math.abs((cpuMs[job.pid] ?? 0) - usedMs(job, Infinity))).toBeLessThan(320);
  const masterMs = (cpuMs[MASTER.pid] ?? 0) + (cpuMs[WORKER.pid] ?? 0);
  expect(masterMs).toBeLessThan(0.06 * 15_000 + 50);
});

test.each(['crash', 'stop'] as const)('a %s of the recorder loses no such job', async (how) => {
  const [shell, job] = backgroundJob(22_250, 20, { lifeMs: 14_000 });
  if (shell === undefined || job === undefined) throw new Error('no job');
  const begunMeanwhile = plan({ ...job, pid: 401, ppid: 400, startMs: 27_500 });
  const machine = machineWith(shell, job, begunMeanwhile);
  machine.start();
  await machine.ticks(6);
  machine[how]();
  machine.bootMs += 3_000;
  machine.start();
  await machine.ticks(16);
  machine.stop();
  const cpuMs = recorded(machine);
  for (const each of [job, begunMeanwhile]) {
    expect(Math.abs((cpuMs[each.pid] ?? 0) - usedMs(each, machine.bootMs))).toBeLessThan(400);
  }
});

test('a job of another session is not recorded', async () => {
  const machine = machineWith(...backgroundJob(22_250, 20, { sid: 301 }));
  machine.start();
  await machine.ticks(10);
  machine.stop();
  expect(recorded(machine)).not.toHaveProperty('301');
});

const groups: number[] = [];

afterEach(() => {
  for (const pid of groups.splice(0)) process.kill(-pid, 'SIGKILL');
});

/** Runs a bash of the given name as the first process of a session. */
function startSession(folder: string, name: string, script: string): void {
  const program = join(folder, name);
  copyFileSync('/bin/bash', program);
  const child = spawn(program, ['-c', script], { detached: true, stdio: 'ignore', cwd: folder });
  if (child.pid !== undefined) groups.push(child.pid);
}

/** A job whose parent ends at once; it burns CPU for some seconds and lives on for a while. */
const JOB = `bash -c 'SECONDS=0; while (( SECONDS < 5 )); do :; done; sleep 20; :' job`;

test('a real shell’s job that outlives its parent is recorded for the program that began the session', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM]);
  startSession(folder, PROGRAM, `sleep 1; sh -c "${JOB} &"; sleep 20; :`);
  await until(
    () =>
      number(journal, "SELECT sum(cpu_seconds) FROM credit_record WHERE command = 'bash'") > 0.2,
    20_000,
  );
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  expect(query(journal, 'SELECT DISTINCT program FROM credit_record')).toEqual([
    { program: PROGRAM },
  ]);
});

test('a real shell that starts a program by hand does not become part of it, nor do its other jobs', async () => {
  const { folder, journal } = newJournal();
  copyFileSync('/bin/sleep', join(folder, PROGRAM));
  const recorder = record(journal, [PROGRAM]);
  const byHand = `./${PROGRAM} 20 & sleep 1; sh -c "${JOB} &"; sleep 4; ./${PROGRAM} 20; :`;
  startSession(folder, 'login-shell', byHand);
  await until(() => number(journal, 'SELECT count(*) FROM process') === 2, 20_000);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  expect(query(journal, 'SELECT DISTINCT command FROM credit_record')).toEqual([]);
  expect(number(journal, 'SELECT count(*) FROM process')).toBe(2);
});
