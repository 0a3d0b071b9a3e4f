import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLI, until } from '../../cli.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { fakePs } from '../ps/fake-ps.js';
import { newJournal, number, query, record } from '../recording.js';
import { listenAsManager, type NotifySocket } from './notify-socket.js';

const PATH = process.env['PATH'] ?? '';

let manager: NotifySocket;
beforeEach(async () => {
  manager = await listenAsManager();
});
afterEach(() => {
  manager.stop();
});

function said(line: string): number {
  return manager.messages().filter((lines) => lines.includes(line)).length;
}

test('tells a service manager that it is ready, that it goes on, and that it ends', async () => {
  const { journal } = newJournal();
  const recorder = record(journal, [], { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '1500000' });
  await until(() => said('WATCHDOG=1') >= 3);
  recorder.child.kill('SIGTERM');
  expect(await recorder.ended).toBe(0);
  const messages = manager.messages();
  expect(messages[0]?.slice(0, 2)).toEqual(['READY=1', 'WATCHDOG=1']);
  expect(messages[0]?.[2]).toMatch(/^STATUS=following every process: \d+ now; gaps: 0$/);
  expect(said('READY=1')).toBe(1);
  expect(messages.at(-1)?.[0]).toBe('STOPPING=1');
  expect(recorder.stderr()).not.toContain('service manager');
});

test('does not feed the watchdog of another process', async () => {
  const { journal } = newJournal();
  const env = { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '1500000', WATCHDOG_PID: '1' };
  const recorder = record(journal, ['--for', '2s'], env);
  expect(await recorder.ended).toBe(0);
  expect([said('READY=1'), said('WATCHDOG=1')]).toEqual([1, 0]);
});

test('lets the watchdog bite while ps hangs, and not while it answers', async () => {
  const { folder, journal } = newJournal();
  const hangs = join(folder, 'hangs');
  const ps = fakePs(`[ ! -e ${hangs} ] || exec sleep 60; exec /bin/ps "$@"`);
  const env = { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '1500000' };
  record(journal, [], { ...env, PATH: `${dirname(ps)}:${PATH}` });
  await until(() => said('WATCHDOG=1') >= 2);
  writeFileSync(hangs, '');
  const trouble = () =>
    manager.messages().find((lines) => lines.some((line) => line.startsWith('STATUS=no sample')));
  await until(() => trouble() !== undefined, 20_000);
  expect(trouble()).toEqual(['STATUS=no sample: ps took longer than 10000 ms']);
}, 60_000);

test('goes on without a service manager that listens, and says so once', async () => {
  const { journal } = newJournal();
  const env = { NOTIFY_SOCKET: join(temporaryFolder(), 'nobody'), WATCHDOG_USEC: '900000' };
  const recorder = record(journal, ['--for', '2s'], env);
  expect(await recorder.ended).toBe(0);
  expect(recorder.stderr().split('cannot report to')).toHaveLength(2);
  expect(query(journal, 'SELECT end_reason FROM recorder_run')).toEqual([
    { end_reason: 'stopped' },
  ]);
});

test('stops soon though the service manager does not answer', async () => {
  const { folder, journal } = newJournal();
  const env = { NOTIFY_SOCKET: manager.path, ...inPlaceOfNotify(folder, 'exec sleep 60') };
  const recorder = record(journal, ['--for', '2s'], env);
  expect(await recorder.ended).toBe(0);
});

/** How long each message is made to burn, in ms of CPU time. */
const BURN_MS = 150;

test('what telling costs is the recorder’s own, and nobody’s after its parent has waited for it', async () => {
  const { folder, journal } = newJournal();
  const pids = join(folder, 'pids');
  const burn = `case $1 in STOPPING=*) exec /bin/systemd-notify "$@";; esac
echo $$ >>${pids}; exec python3 -c 'import sys, time, os
while time.process_time() < ${BURN_MS / 1_000}: pass
os.execv("/bin/systemd-notify", sys.argv)' "$@"`;
  const notify = inPlaceOfNotify(folder, burn);
  const run = (seconds: number) =>
    `${process.execPath} ${CLI} record --interval 200ms --for ${seconds}s --journal ${journal}`;
  // A shell that waits for two recorders, one after the other, and has nothing else to do.
  const shell = spawn('/bin/sh', ['-c', `${run(6)}; ${run(8)}; :`], {
    env: { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '1500000', ...notify },
    stdio: 'ignore',
  });
  await once(shell, 'close');

  const messages = readFileSync(pids, 'utf8').trim().split('\n');
  expect(messages.length).toBeGreaterThanOrEqual(3);
  const burnt = messages.length * BURN_MS;
  // The last message of each may be cut short.
  expect(number(journal, 'SELECT sum(cpu_ms) FROM recorder_usage')).toBeGreaterThan(
    burnt - 2 * BURN_MS,
  );
  const followed = `SELECT count(*) FROM process WHERE pid IN (${messages.join(', ')})`;
  expect(number(journal, followed)).toBe(0);
  const ofShell = `SELECT sum(credit.cpu_ms) FROM credit JOIN process USING (process_id)
    WHERE process.pid = ${shell.pid ?? 0}`;
  expect(number(journal, ofShell)).toBeLessThan(burnt / 2);
}, 60_000);

/** The environment in which a script is found in place of systemd-notify. */
function inPlaceOfNotify(folder: string, script: string): Record<string, string> {
  const path = join(folder, 'systemd-notify');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { PATH: `${folder}:${PATH}` };
}
