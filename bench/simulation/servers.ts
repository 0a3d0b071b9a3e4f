import { MS_PER_HOUR } from '../../src/shared/units.js';
import { between, type Random, waiting } from '../loads/random.js';
import { type Plan, plan } from '../../test/simulation/kernel.js';

/** More than a day has; with these the pids of all servers are within what the kernel gives out. */
const FORKS_A_SERVER = 1_000_000;

/** A hundredth of a second, in which the kernel shows CPU time. */
const TICK_MS = 10;

/** Nothing is forked so long before a full hour, so that no sum is settling when it is read. */
const QUIET_MS = 30_000;

/** Forks live 0.05 to 0.4 s, all of it on a CPU. */
const FORK_TICKS = { low: 5, high: 40 };

/** A long-lived process that forks children and waits for them. */
export interface Server {
  readonly name: string;
  /** No other server has it. */
  readonly uid: number;
  readonly pid: number;
  /** Its own CPU time ÷ lifetime. */
  readonly percent: number;
  /** When it forks, in hours of the day. */
  readonly fromHour: number;
  readonly toHour: number;
  /** Mean time from one fork to the next. */
  readonly everyMs: number;
}

const IDLE = { fromHour: 0.1, toHour: 24, percent: 0.02 };

export const SERVERS: readonly Server[] = [
  {
    name: 'a burst at night',
    uid: 1001,
    pid: 101,
    ...IDLE,
    fromHour: 2,
    toHour: 2.5,
    everyMs: 500,
  },
  { name: 'forks all day', uid: 1002, pid: 102, ...IDLE, percent: 0.5, everyMs: 5_000 },
];

/** When the servers start, in boot time; samples begin before. */
const STARTED_MS = 60_000;

/** The process itself. */
export function planServer({ pid, uid, percent }: Server): Plan {
  return plan({ pid, uid, percent, comm: 'server', startMs: STARTED_MS });
}

/** A day's forks, in the order of their starts. */
export function planForks(server: Server, random: Random): Plan[] {
  const { pid: ppid, uid, fromHour, toHour, everyMs } = server;
  const forks: Plan[] = [];
  for (
    let atMs = fromHour * MS_PER_HOUR;
    atMs < toHour * MS_PER_HOUR;
    atMs += waiting(random, everyMs)
  ) {
    const startMs = Math.ceil(atMs / TICK_MS + 1) * TICK_MS;
    if (startMs % MS_PER_HOUR > MS_PER_HOUR - QUIET_MS) continue;
    const lifeMs = TICK_MS * between(random, FORK_TICKS.low, FORK_TICKS.high);
    const pid = (ppid % 100) * FORKS_A_SERVER + forks.length;
    forks.push(plan({ pid, ppid, uid, startMs, lifeMs, percent: 100, comm: 'server' }));
  }
  return forks;
}
