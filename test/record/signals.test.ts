import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CLI, until } from '../cli.js';
import { burn, newJournal, number, PROGRAM, query, record, TICKED } from './recording.js';

const SIGUSR1_BIT = 1n << 9n;

/** The built program as a shell starts it, by its first line. */
function startInstalled(args: string[]): { child: ChildProcess; stderr: () => string } {
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const child = spawn(CLI, args, { env: { PATH: path }, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, stderr: () => stderr };
}

/** Whether the process handles SIGUSR1: Node.js by opening its debugger, or psusage. */
function handlesUsr1(pid: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (BigInt(`0x${caught ?? '0'}`) & SIGUSR1_BIT) !== 0n;
}

/** Sockets of the process that wait for connections by TCP. */
function listeningSockets(pid: number): string[] {
  const LISTENS = '0A';
  const listening = ['tcp', 'tcp6'].flatMap((protocol) =>
    readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/ +/))
      .filter((columns) => columns[3] === LISTENS)
      .map((columns) => `socket:[${columns[9] ?? ''}]`),
  );
  const open = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return open.filter((each) => listening.includes(each));
}

test('SIGUSR1, SIGUSR2, SIGHUP and SIGPIPE neither end the recorder nor open anything in it', async () => {
  const { folder, journal } = newJournal();
  const { child, ended, stderr } = record(journal, [PROGRAM]);
  await until(() => number(journal, TICKED) === 1);
  for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGPIPE'] as const) child.kill(signal);
  burn(folder, PROGRAM, 1);
  await until(() => number(journal, 'SELECT count(*) FROM process') > 0);
  expect(listeningSockets(child.pid ?? 0)).toEqual([]);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(stderr()).not.toContain('Debugger');
});

test('SIGUSR1 opens no debugger in the moment before psusage handles it', async () => {
  const { journal } = newJournal();
  const { child, stderr } = startInstalled(['record', 'no-such-program', '--journal', journal]);
  const pid = child.pid ?? 0;
  await until(() => handlesUsr1(pid));
  while (number(journal, TICKED) === 0) {
    expect(child.kill('SIGUSR1')).toBe(true);
    expect(listeningSockets(pid)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(stderr()).not.toContain('Debugger listening');
});

test('SIGQUIT stops the recorder in order', async () => {
  const { journal } = newJournal();
  const { child, ended } = record(journal, ['no-such-program']);
  await until(() => number(journal, TICKED) === 1);
  child.kill('SIGQUIT');
  expect(await ended).toBe(0);
  expect(query(journal, 'SELECT end_reason FROM recorder_run')).toEqual([
    { end_reason: 'stopped' },
  ]);
});
