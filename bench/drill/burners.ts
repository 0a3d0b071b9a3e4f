import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PYTHON = '/usr/bin/python3';
const SOURCE = fileURLToPath(new URL('burners.py', import.meta.url));

/** What all of them are called: a name that nothing else on the machine has, another drill neither. */
export const BURNER = `psdrill-${process.pid}`;

/** Nobody's, so that no user has to be made; root alone may use them. */
const UIDS = [47_101, 47_102, 47_103];

export interface BurnersOptions {
  readonly folder: string;
  readonly seed: number;
  /** They end by themselves after that long, even when whoever started them is gone. */
  readonly seconds: number;
  /** At a time. */
  readonly forks?: number;
  /** Of one CPU, the most that a fork takes. */
  readonly percent?: number;
}

/** Processes of several users under one parent. */
export interface Burners {
  readonly pid: number;
  /** Ends the forks, and tells what all of them used as the kernel counted it for their parent, in ms of CPU time. */
  endForks(): Promise<number>;
  /** Ends the parent. */
  endParent(): Promise<void>;
  /** Ends the parent at once, and with it the forks. */
  readonly kill: () => Promise<void>;
}

/** Starts them; as a plain user all of them are this user's. */
export async function startBurners(options: BurnersOptions): Promise<Burners> {
  const { folder, seed, seconds, forks = 8, percent = 25 } = options;
  const program = join(folder, BURNER);
  await symlink(PYTHON, program);
  const isRoot = process.getuid?.() === 0;
  const uids = isRoot ? UIDS : [process.getuid?.() ?? 0];
  const numbers = [seed, seconds, forks, percent].map(String);
  const child = spawn(program, ['-I', '-S', SOURCE, ...numbers, uids.join(',')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const printed = once(createInterface(child.stdout), 'line');
  return {
    pid: child.pid ?? 0,
    endForks: async () => {
      child.kill('SIGTERM');
      const [line] = (await printed) as [string];
      return cpuMsOf(line);
    },
    endParent: async () => {
      child.stdin.end();
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function cpuMsOf(printed: string): number {
  const parsed: unknown = JSON.parse(printed);
  if (typeof parsed === 'object' && parsed !== null && 'cpuMs' in parsed) {
    if (typeof parsed.cpuMs === 'number') return parsed.cpuMs;
  }
  throw new Error(`the load said ${printed}`);
}
