import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openJournal } from '../../../src/shared/journal/open.js';
import { type CliRun, startCli, until } from '../../cli.js';
import { faultsOf } from '../../invariants.js';
import { canBecomeNobody, NOBODY } from '../../shared/journal/other-process.js';
import { burn, newJournal, number, query, record, TICKED } from '../recording.js';

const KEPT = 'new data is kept in memory';
const RECORDS = 'SELECT count(*) FROM credit';
const PRLIMIT = '/usr/bin/prlimit';
const WITHIN_MS = 25_000;
const AS_NOBODY = { uid: NOBODY, gid: NOBODY, cwd: '/' };

/** Ends a recorder that has written again: nothing of what it could not write was given up. */
async function endedSound(journal: string, recorder: CliRun): Promise<void> {
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  expect(query(journal, "SELECT detail FROM gap WHERE reason = 'journal'")).toEqual([]);
  const db = new Database(journal, { readonly: true });
  expect(faultsOf(db)).toEqual({});
  db.close();
}

test('keeps what it can’t write while another process holds the journal, and writes all of it after', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, ['psusage-burn', '--interval', '100ms']);
  await until(() => number(journal, TICKED) === 1);
  const holder = new Database(journal);
  holder.exec('BEGIN IMMEDIATE');
  const pid = burn(folder, 'psusage-burn', 60);
  await until(() => recorder.stderr().includes(KEPT), WITHIN_MS);
  const heldUntilMs = Date.now();
  holder.exec('COMMIT');
  holder.close();
  await until(() => number(journal, RECORDS) > 0, WITHIN_MS);
  await endedSound(journal, recorder);
  // It was first seen while nothing could be written.
  expect(query(journal, `SELECT pid, started_ms < ${heldUntilMs} AS early FROM process`)).toEqual([
    { pid, early: 1 },
  ]);
});

test('what could not be written is written at the stop, as soon as the journal is free', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, ['psusage-burn']);
  await until(() => number(journal, TICKED) === 1);
  const holder = new Database(journal);
  holder.exec('BEGIN IMMEDIATE');
  const pid = burn(folder, 'psusage-burn', 60);
  await until(() => recorder.stderr().includes(KEPT), WITHIN_MS);
  recorder.child.kill('SIGTERM');
  await sleep(1_000);
  holder.exec('COMMIT');
  holder.close();
  expect(await recorder.ended).toBe(0);
  expect(query(journal, 'SELECT pid FROM process')).toEqual([{ pid }]);
  expect(query(journal, 'SELECT end_reason FROM recorder_run')).toEqual([
    { end_reason: 'stopped' },
  ]);
});

test.runIf(existsSync(PRLIMIT))(
  'goes on when it may open no more files, and when it may again',
  async () => {
    const { folder, journal } = newJournal();
    const recorder = record(journal, ['psusage-burn']);
    await until(() => number(journal, TICKED) === 1);
    burn(folder, 'psusage-burn', 60);
    await until(() => number(journal, RECORDS) > 0);
    const limit = (files: number) =>
      execFileSync(PRLIMIT, [`--pid=${recorder.child.pid ?? 0}`, `--nofile=${files}:4096`]);
    limit(1);
    const spentMs = () => number(journal, 'SELECT sum(cpu_ms) FROM usage');
    const before = spentMs();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    limit(1_024);
    await until(() => spentMs() > before, WITHIN_MS);
    await endedSound(journal, recorder);
  },
);

test.runIf(canBecomeNobody())(
  'a recorder that starts on a journal which it may only read says so and ends',
  async () => {
    const { folder, journal } = newJournal();
    openJournal(journal, 0).close();
    for (const path of [folder, journal]) chownSync(path, 0, NOBODY);
    chmodSync(folder, 0o750);
    chmodSync(journal, 0o440);
    const run = startCli(['record', 'no-such-program', '--journal', journal], {}, AS_NOBODY);
    expect(await run.ended).toBe(1);
    expect(run.stderr()).toMatch(/^psusage: cannot .*\n {0,2}hint: /m);
  },
);

test.runIf(canBecomeNobody())(
  'keeps what it can’t write while its folder may not be written, and writes all of it after',
  async () => {
    const { folder, journal } = newJournal();
    chownSync(folder, NOBODY, NOBODY);
    const args = ['--interval', '200ms', '--for', '2m', '--journal', journal];
    const recorder = startCli(['record', 'psusage-burn', ...args], {}, AS_NOBODY);
    await until(() => number(journal, TICKED) === 1);
    burn(folder, 'psusage-burn', 60);
    await until(() => number(journal, RECORDS) > 0);
    // Of a file that is open nobody takes the right to write it; it has to need another one.
    rmSync(`${journal}-wal`);
    chownSync(folder, 0, NOBODY);
    chmodSync(folder, 0o750);
    await until(() => recorder.stderr().includes(KEPT), WITHIN_MS);
    await sleep(1_000);
    chownSync(folder, NOBODY, NOBODY);
    await until(
      () => recorder.stderr().includes('the journal can be written again; it has what was kept'),
      WITHIN_MS,
    );
    await endedSound(journal, recorder);
  },
);

test('says at the start that there is no ps, and makes no journal', async () => {
  const { journal } = newJournal();
  const recorder = record(journal, ['psusage-burn'], { PATH: '/nowhere' });
  expect(await recorder.ended).toBe(1);
  expect(recorder.stderr()).toMatch(/^psusage: .*ps/m);
  expect(existsSync(journal)).toBe(false);
});
