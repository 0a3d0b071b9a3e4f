import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { simulatedPsOutput } from '../../test/simulation/kernel.js';
import type { PassingLives } from '../simulation/passing-lives.js';
import type { Held, PsRun } from './record-lives.js';

const INTERVAL_MS = 1_000;

/** How long after its start the simulated ps reads the processes. */
const PS_DELAY_MS = 10;

/** What is recorded, and by what. */
export interface Watched {
  readonly compiledFolder: string;
  readonly journalPath: string;
  readonly lives: PassingLives;
  readonly ticks: number;
  /** V8 sizes its heap as it does by itself. */
  readonly leavesHeap: boolean;
}

/** Runs the compiled recorder on simulated seconds as fast as it can, and returns what it held after each. */
export async function watchMemory(watched: Watched): Promise<Held[]> {
  const { compiledFolder, journalPath, lives, ticks, leavesHeap } = watched;
  const script = join(compiledFolder, 'bench', 'memory', 'record-lives.js');
  const child = spawn(process.execPath, [script, journalPath, ...(leavesHeap ? ['leave'] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const replies = createInterface(child.stdout)[Symbol.asyncIterator]();
  const looks: Held[] = [];
  for (let tick = 1; tick <= ticks; tick++) {
    const bootMs = (tick + 1) * INTERVAL_MS;
    const output = simulatedPsOutput(lives.next(bootMs), 'everything', bootMs + PS_DELAY_MS);
    child.stdin.write(`${JSON.stringify({ bootMs, output } satisfies PsRun)}\n`);
    const reply = await replies.next();
    if (reply.done === true) throw new Error('the recorder ended too early');
    looks.push(JSON.parse(reply.value) as Held);
  }
  child.stdin.end();
  await ended;
  if (child.exitCode !== 0) throw new Error(`the recorder failed: ${String(child.exitCode)}`);
  return looks;
}
