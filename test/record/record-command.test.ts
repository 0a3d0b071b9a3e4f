import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openJournalReadOnly } from '../../src/shared/journal/open-read-only.js';
import { until } from '../cli.js';
import { faultsOf } from '../invariants.js';
import { temporaryFolder } from '../temporary-folder.js';
import { moodyPs } from './ps/moody-ps.js';
import { burn, newJournal, number, PROGRAM, query, record, TICKED } from './recording.js';

test('records a program and its forks, and ends in order on SIGTERM', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM]);
  await until(() => number(journal, TICKED) === 1);
  const pid = burn(folder, PROGRAM, 1);
  await until(() => number(journal, 'SELECT count(*) FROM process') > 1, 15_000);
  await until(() => number(journal, 'SELECT count(*) FROM credit') > 0, 15_000);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  const programs = query(journal, 'SELECT DISTINCT program FROM credit_record');
  expect(programs).toEqual([{ program: PROGRAM }]);
  const pids = query<{ pid: number; ppid: number }>(
    journal,
    'SELECT pid, ppid FROM process ORDER BY process_id',
  );
  expect(pids).toMatchObject([{ pid }, { ppid: pid }]);
  expect(query(journal, 'SELECT end_reason FROM recorder_run')).toEqual([
    { end_reason: 'stopped' },
  ]);
  expect(existsSync(`${journal}-wal`)).toBe(false);
});

test('goes on after kill -9 with the same lifecycle, and a lock left behind is not in the way', async () => {
  const { folder, journal } = newJournal();
  burn(folder, PROGRAM, 30);
  const first = record(journal, [PROGRAM]);
  await until(() => number(journal, 'SELECT coalesce(sum(cpu_ms), 0) FROM usage') > 500, 15_000);
  first.child.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');
  const second = record(journal, [PROGRAM, '--for', '2s']);
  expect(await second.ended).toBe(0);
  const db = openJournalReadOnly(journal);
  expect(faultsOf(db)).toEqual({});
  expect(db.prepare('SELECT count(*) FROM process').pluck().get()).toBe(1);
  expect(db.prepare('SELECT end_reason FROM recorder_run').pluck().all()).toEqual([
    'crashed',
    'stopped',
  ]);
  db.close();
});

test('refuses a second recorder on the same journal and names the first', async () => {
  const { journal } = newJournal();
  const first = record(journal, ['no-such-program']);
  await until(() => number(journal, TICKED) === 1);
  const second = record(journal, ['no-such-program']);
  expect(await second.ended).toBe(1);
  expect(second.stderr()).toContain(`already recorded by pid ${first.child.pid ?? 0}`);
  expect(second.stderr()).toContain('hint:');
});

test('waits for a program that does not run, and logs once that it does, with the names that come close', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM]);
  await until(() => number(journal, TICKED) === 1);
  burn(folder, PROGRAM, 1);
  await until(() => recorder.stderr().includes('"following"'));
  recorder.child.kill('SIGTERM');
  await recorder.ended;
  expect(recorder.stderr().match(/no process matches yet/g)).toHaveLength(1);
});

test.each(['rubbish', 'cut'] as const)(
  'a ps that prints %s is one gap, said once, and ends nothing',
  async (mood) => {
    const { folder, journal } = newJournal();
    const setMood = moodyPs(folder);
    burn(folder, PROGRAM, 20);
    const recorder = record(journal, [PROGRAM], {
      PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    });
    await until(() => number(journal, 'SELECT count(*) FROM process') === 1);
    setMood(mood);
    await until(() => recorder.stderr().includes('sampling fails'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    setMood('well');
    await until(() => number(journal, 'SELECT count(*) FROM gap') === 1);
    recorder.child.kill('SIGTERM');
    expect(await recorder.ended).toBe(0);
    expect(recorder.stderr().match(/sampling fails/g)).toHaveLength(1);
    expect(query(journal, 'SELECT reason FROM gap')).toEqual([{ reason: 'ps' }]);
    expect(query(journal, 'SELECT end_reason FROM process')).toEqual([{ end_reason: null }]);
  },
);

test('stops in order while ps hangs', async () => {
  const { folder, journal } = newJournal();
  const setMood = moodyPs(folder);
  const recorder = record(journal, [], { PATH: `${folder}:${process.env['PATH'] ?? ''}` });
  await until(() => number(journal, TICKED) === 1);
  setMood('hang');
  await new Promise((resolve) => setTimeout(resolve, 500));
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
});

/** A process that is there for a while and ends, such as nobody would know of later. */
async function comeAndGo(folder: string): Promise<number> {
  const pid = burn(folder, PROGRAM, 1);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  process.kill(pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 600));
  return pid;
}

test('what happens while the journal is locked by others is there afterwards', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM]);
  await until(() => number(journal, TICKED) === 1);
  const intruder = new Database(journal);
  intruder.exec('BEGIN IMMEDIATE');
  const pid = await comeAndGo(folder);
  intruder.exec('ROLLBACK');
  intruder.close();
  await until(() => number(journal, 'SELECT count(*) FROM process WHERE ended_ms IS NOT NULL') > 0);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  expect(recorder.stderr().match(/cannot be written/g)).toHaveLength(1);
  // Whether a sample meets it before its parent has waited for it is up to the machine.
  expect(query(journal, `SELECT end_reason FROM process WHERE pid = ${pid}`)).toEqual([
    { end_reason: expect.stringMatching(/^(gone|zombie)$/) as string },
  ]);
});

/** Root in a container may often not. */
function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['--mount', 'true']).status === 0;
}

test.runIf(canMount())(
  'a full disk damages nothing, and what happens meanwhile is there once it has space again (needs root that may mount)',
  async () => {
    const folder = temporaryFolder();
    const disk = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
    try {
      const journal = join(disk, 'psusage.db');
      const recorder = record(journal, [PROGRAM]);
      await until(() => number(journal, TICKED) === 1);
      const ballast = join(disk, 'ballast');
      expect(() => {
        writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
      }).toThrow('ENOSPC');
      const pids = [await comeAndGo(folder), await comeAndGo(folder)];
      rmSync(ballast);
      await until(
        () => number(journal, 'SELECT count(*) FROM process WHERE ended_ms IS NOT NULL') > 1,
      );
      recorder.child.kill('SIGTERM');
      expect(await recorder.ended).toBe(0);
      const db = openJournalReadOnly(journal);
      expect(faultsOf(db)).toEqual({});
      const ended = db
        .prepare('SELECT pid FROM process WHERE end_reason IS NOT NULL')
        .pluck()
        .all();
      expect(ended).toEqual(expect.arrayContaining(pids));
      db.close();
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  },
);

test('a program given as a path is refused, before anything is made', async () => {
  const { journal } = newJournal();
  const recorder = record(journal, ['/usr/sbin/php-fpm']);
  expect(await recorder.ended).toBe(2);
  expect(recorder.stderr()).toContain('hint: psusage record php-fpm');
  expect(existsSync(journal)).toBe(false);
});
