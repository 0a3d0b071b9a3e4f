import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { pathOf } from './installed.js';

const SETPRIV = { name: 'setpriv', debianPackage: 'util-linux' };

const running = new Set<ChildProcess>();

/**
 * Starts a program that ends with this process, however that ends: the kernel kills it then. Its output
 * goes to the end of the file `log`.
 */
export function startOwnProcess(path: string, args: readonly string[], log: string): ChildProcess {
  const output = openSync(log, 'a');
  const child = spawn(pathOf(SETPRIV), ['--pdeathsig', 'KILL', path, ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  endFirst(child);
  return child;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Sends a signal, and SIGKILL if the process is still there after `withinMs`; waits until it is gone. */
export async function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
  withinMs: number,
): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const patience = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await ended;
  clearTimeout(patience);
}

/** Before the temporary folders go, in which it would write on. */
function endFirst(child: ChildProcess): void {
  if (running.size === 0) process.prependListener('exit', killAll);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.removeListener('exit', killAll);
  });
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
