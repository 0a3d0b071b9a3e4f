import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { between, seededRandom, waiting } from '../../test/random.js';
import { type Worker, writeWorkers } from '../loads/workers.js';
import { waitUntilOver } from './recorder.js';

/** What all of them are called: a name that nothing else on the machine has, another drill neither. */
export const BURNER = `psdrill-${process.pid}`;

/** Nobody's, so that no user has to be made; root alone may use them. */
const UIDS = [47_101, 47_102, 47_103];

/** Most forks are too short for some samples, some live through many restarts of a recorder. */
const SHORT_MS = { low: 50, high: 3_000 };
const LONG_MS = { low: 20_000, high: 60_000 };
const LONG_ONE_IN = 8;

/** Until another takes the place of one that has ended, in the mean. */
const PAUSE_MS = 800;

export interface BurningLoadOptions {
  readonly folder: string;
  readonly seed: number;
  /** It ends by itself after that long, even when whoever started it is gone. */
  readonly seconds: number;
  /** Forks at a time. */
  readonly forks?: number;
  /** Of one CPU, the most that a fork takes; the least is a tenth of it. */
  readonly percent?: number;
}

/** Processes of several users that come and go under one parent. */
export interface BurningLoad {
  /** Ends the forks, and tells what all of them used as the kernel counted it for their parent, in ms of CPU time. */
  endForks(): Promise<number>;
  /** Ends the parent. */
  endParent(): Promise<void>;
  /** Ends the parent at once, and with it the forks. */
  readonly kill: () => Promise<void>;
}

/** How a load ended. */
export interface LoadEnd {
  /** What the kernel counted. */
  readonly kernelMs: number;
  /** Processes and records that are not over in the journal though they should be. */
  readonly left: number;
}

/** Starts it; as a plain user all of its processes are this user's. */
export async function startBurningLoad(options: BurningLoadOptions): Promise<BurningLoad> {
  const [program = '', ...args] = await writeWorkers(options.folder, BURNER, planForks(options), 0);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const printed = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  return {
    endForks: async () => {
      child.kill('SIGTERM');
      const [line] = await printed;
      return (JSON.parse(line) as { cpuMs: number }).cpuMs;
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

/** Ends a load slowly enough for a recorder to see all of it: the parent, who has reaped the others, last. */
export async function endLoad(load: BurningLoad, journal: string): Promise<LoadEnd> {
  const kernelMs = await load.endForks();
  const leftOfForks = await waitUntilOver(journal, { living: 1 });
  await load.endParent();
  return { kernelMs, left: leftOfForks + (await waitUntilOver(journal, { living: 0 })) };
}

/** In each of the places one after the other. */
function planForks({ seed, seconds, forks = 8, percent = 25 }: BurningLoadOptions): Worker[] {
  const random = seededRandom(seed);
  const uids = process.getuid?.() === 0 ? UIDS : [process.getuid?.() ?? 0];
  const plan: Worker[] = [];
  for (let place = 0; place < forks; place++) {
    let startMs = waiting(random, PAUSE_MS);
    while (startMs < seconds * 1000) {
      const { low, high } = between(random, 1, LONG_ONE_IN) === 1 ? LONG_MS : SHORT_MS;
      const lifeMs = Math.min(between(random, low, high), seconds * 1000 - startMs);
      const uid = uids[between(random, 0, uids.length - 1)] ?? 0;
      plan.push({ startMs, lifeMs, percent: percent * (0.1 + 0.9 * random()), uid });
      startMs += lifeMs + waiting(random, PAUSE_MS);
    }
  }
  return plan;
}
