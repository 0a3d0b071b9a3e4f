import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { CLI, until } from '../cli.js';
import { temporaryFolder } from '../temporary-folder.js';
import { fakePs } from './ps/fake-ps.js';
import { burn, newJournal, number, PROGRAM, query, record, TICKED } from './recording.js';

const PROCESSES = 'SELECT count(*) FROM process';

/** The environment in which that script is found in place of ps. */
function withPs(script: string): Record<string, string> {
  return { PATH: `${dirname(fakePs(script))}:${process.env['PATH'] ?? ''}` };
}

test('goes on when it is to stop after a year, which is longer than a timer can wait', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM, '--for', '365d']);
  await until(() => number(journal, TICKED) === 1);
  burn(folder, PROGRAM, 0);
  await until(() => number(journal, PROCESSES) > 0);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
});

test('stops by itself when the time is over', async () => {
  const { journal } = newJournal();
  const recorder = record(journal, ['no-such-program', '--for', '1s']);
  expect(await recorder.ended).toBe(0);
  expect(query(journal, 'SELECT end_reason FROM recorder_run')).toEqual([
    { end_reason: 'stopped' },
  ]);
});

test('records on when its log is not read any more', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM, '--log-level', 'debug']);
  await until(() => recorder.stderr().includes('no process matches yet'));
  recorder.child.stderr?.destroy();
  burn(folder, PROGRAM, 0);
  await until(() => number(journal, PROCESSES) > 0);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
});

/** From util-linux; runs a command on a terminal of its own. */
const SCRIPT = '/usr/bin/script';

test.runIf(existsSync(SCRIPT))(
  'goes on when its terminal is closed (needs util-linux’s script)',
  async () => {
    const { folder, journal } = newJournal();
    const args = `record ${PROGRAM} --interval 200ms --for 1m --journal ${journal}`;
    const terminal = spawn(
      SCRIPT,
      ['-qc', `exec ${process.execPath} ${CLI} ${args}`, '/dev/null'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let shown = '';
    terminal.stdout.on('data', (chunk: Buffer) => (shown += chunk.toString()));
    await until(() => shown.includes('0 processes'));
    terminal.kill('SIGKILL');
    burn(folder, PROGRAM, 0);
    await until(() => number(journal, PROCESSES) > 0);
    process.kill(number(journal, 'SELECT pid FROM recorder_run'), 'SIGTERM');
    await until(() => number(journal, TICKED) === 0);
    expect(query(journal, 'SELECT end_reason FROM recorder_run')).toEqual([
      { end_reason: 'stopped' },
    ]);
  },
);

test.each([
  ['tells its columns', '*'],
  ['tells whose processes it shows', '*"-p 1"'],
])('stops in order while ps hangs before it %s, and leaves nothing', async (_, asked) => {
  const { journal } = newJournal();
  const hangs = join(temporaryFolder(), 'hangs');
  const script = `case "$*" in ${asked}) touch ${hangs}; exec sleep 60;; esac; exec /bin/ps "$@"`;
  const recorder = record(journal, [], withPs(script));
  await until(() => existsSync(hangs));
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  expect(recorder.stderr()).toBe('');
  expect(existsSync(journal) || existsSync(`${journal}-lock`)).toBe(false);
});

test('ends with the error that came first, not with one of ending after it', async () => {
  const { folder, journal } = newJournal();
  const recorder = record(journal, [PROGRAM]);
  await until(() => number(journal, TICKED) === 1);
  const intruder = new Database(journal);
  intruder.exec('DROP TABLE followed; DROP TABLE gap; DROP TABLE clock_step');
  intruder.exec('DROP TABLE recorder_run');
  intruder.close();
  burn(folder, PROGRAM, 0);
  expect(await recorder.ended).toBe(1);
  expect(recorder.stderr()).toContain(`cannot write to ${journal}: no such table: followed`);
});

test.each([
  ['müller', 'not plain ASCII'],
  ['a'.repeat(33), 'longer than 32 characters'],
])('refuses the user %s, which ps never shows, before anything is made', async (name, why) => {
  const { journal } = newJournal();
  const recorder = record(journal, ['--user', name]);
  expect(await recorder.ended).toBe(2);
  expect(recorder.stderr()).toContain(why);
  expect(recorder.stderr()).toContain(
    `hint: use the uid instead, as uid:1001; find it with: id -u ${name}`,
  );
  expect(existsSync(journal)).toBe(false);
});
