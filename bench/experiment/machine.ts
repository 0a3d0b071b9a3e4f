import { readFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';

/** Where and when something was measured, as a reader wants it. */
export interface Machine {
  /** YYYY-MM-DD, in UTC. */
  readonly date: string;
  readonly cpu: string;
  readonly vcpus: number;
  readonly kernel: string;
  readonly distribution: string;
}

export async function describeMachine(now: Date): Promise<Machine> {
  const [cpu] = cpus();
  return {
    date: now.toISOString().slice(0, 10),
    cpu: cpu?.model.trim() ?? 'unknown',
    vcpus: cpus().length,
    kernel: release(),
    distribution: await readDistribution(),
  };
}

async function readDistribution(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? 'unknown';
}
