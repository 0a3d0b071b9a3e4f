import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where and when something was measured, as a reader wants it. */
export interface Machine {
  /** YYYY-MM-DD, in UTC. */
  readonly date: string;
  readonly cpu: string;
  readonly vcpus: number;
  readonly kernel: string;
  readonly distribution: string;
  readonly ps: string;
  readonly pidstat: string;
}

export async function describeMachine(now: Date): Promise<Machine> {
  const [cpu] = cpus();
  return {
    date: now.toISOString().slice(0, 10),
    cpu: cpu?.model.trim() ?? 'unknown',
    vcpus: cpus().length,
    kernel: release(),
    distribution: await readDistribution(),
    ps: (await firstLineOf('ps', '--version')).replace(/^ps from /, ''),
    pidstat: await firstLineOf('pidstat', '-V'),
  };
}

async function readDistribution(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? 'unknown';
}

async function firstLineOf(command: string, option: string): Promise<string> {
  const { stdout } = await run(command, [option]);
  return stdout.split('\n')[0] ?? '';
}
