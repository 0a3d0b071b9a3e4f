import { emptyState } from '../../src/record/tracker/state.js';
import { observe, settleAll } from '../../src/record/tracker/tracker.js';
import { MS_PER_DAY, MS_PER_HOUR } from '../../src/shared/units.js';
import { type Plan, plan, reapedMs, simulatedPs, usedMs } from './kernel.js';
import { between, type Random, seededRandom, waiting } from '../random.js';

const INTERVAL_MS = 1_000;

/** A sample begins up to so long after its second, and its rows are read up to as long after that. */
const JITTER_MS = 40;

/** What the parents reaped last is held against their children by then. */
const SETTLE_MS = 20_000;

const BOOTED_MS = Date.UTC(2026, 0, 1);
const FIRST_SAMPLE_MS = 10_000;
const SELECTION = { programs: [], forks: true, users: new Set<string>(), recorderPid: 4242 };

/** When the servers start, in boot time. */
const STARTED_MS = 60_000;

/** A hundredth of a second, in which the kernel shows CPU time. */
const TICK_MS = 10;

/** Forks live 0.05 to 0.4 s, all of it on a CPU. */
const FORK_TICKS = { low: 5, high: 40 };

/** Nothing is forked so long before a full hour, so that no sum is settling when it is read. */
const QUIET_MS = 30_000;

/** No sample comes so late that it could tell a fork apart that is gone for so long. */
const FORGET_AFTER_MS = 30_000;

/** Forks up to so long after a moment may be in a sample of it. */
const AHEAD_MS = 1_000;

/** More than a day has; with these the pids of all servers are within what the kernel gives out. */
const FORKS_A_SERVER = 1_000_000;

/** A long-lived process that forks children and waits for them. */
interface Server {
  readonly name: string;
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

const BURST = { fromHour: 2, toHour: 2.5, everyMs: 500 };
const ALL_DAY = { fromHour: 0.1, toHour: 24, everyMs: 5_000 };

const SERVERS: readonly Server[] = [
  { name: 'a burst at night', uid: 1001, pid: 101, percent: 0.02, ...BURST },
  { name: 'forks all day', uid: 1002, pid: 102, percent: 0.5, ...ALL_DAY },
];

/** A server's day; milliseconds of CPU time. */
export interface SimulatedDay {
  readonly serverName: string;
  readonly forks: number;
  readonly usedMs: number;
  /** At the end of the day; above 0 where psusage has more than was used. */
  readonly errorMs: number;
  /** The error at the full hour at which it was largest. */
  readonly worstHourMs: number;
}

/** Drives psusage's tracker through a day of a simulated kernel, a sample a second. */
export function simulateDay(seed: number): SimulatedDay[] {
  const random = seededRandom(seed);
  const lives = SERVERS.map((server) => new ServerLife(server, random));
  const chargedMs = new Map<number, number>();
  const charge = (usage: ReturnType<typeof observe>['changes']['usage']): void => {
    for (const { account, cpuMs } of usage) {
      chargedMs.set(account.uid, (chargedMs.get(account.uid) ?? 0) + cpuMs);
    }
  };
  const errorMs = (life: ServerLife, bootMs: number): number =>
    (chargedMs.get(life.server.uid) ?? 0) - life.usedMs(bootMs);
  const worstHourMs = lives.map(() => 0);
  const endMs = MS_PER_DAY + SETTLE_MS;
  let state = emptyState(BOOTED_MS, { process: 1, credit: 1 });
  for (let ms = FIRST_SAMPLE_MS; ms <= endMs; ms += INTERVAL_MS) {
    const bootMs = ms + between(random, 0, JITTER_MS);
    const processes = lives.flatMap((life) => life.processesAround(bootMs));
    const snapshot = simulatedPs(processes, bootMs, between(random, 1, JITTER_MS));
    const next = observe(state, snapshot, { anchorMs: BOOTED_MS, afterGap: false }, SELECTION);
    state = next.state;
    charge(next.changes.usage);
    if (ms % MS_PER_HOUR !== 0) continue;
    lives.forEach((life, at) => {
      worstHourMs[at] = furthest(worstHourMs[at] ?? 0, errorMs(life, ms));
    });
  }
  charge(settleAll(state).changes.usage);
  return lives.map((life, at) => ({
    serverName: life.server.name,
    forks: life.forks.length,
    usedMs: life.usedMs(endMs),
    errorMs: errorMs(life, endMs),
    worstHourMs: worstHourMs[at] ?? NaN,
  }));
}

/**
 * A server and its forks as time goes on: those around a moment one by one, and all before them as
 * one ended child, so that a day of thousands of forks can be simulated.
 */
class ServerLife {
  readonly #process: Plan;
  readonly forks: readonly Plan[];
  #begun = 0;
  #forgotten = 0;
  #forgottenMs = 0;

  constructor(
    readonly server: Server,
    random: Random,
  ) {
    const { pid, uid, percent } = server;
    this.#process = plan({ pid, uid, percent, comm: 'server', startMs: STARTED_MS });
    this.forks = planForks(server, random);
  }

  /** Everything that a sample around `bootMs` depends on; `bootMs` never goes back. */
  processesAround(bootMs: number): Plan[] {
    while ((this.forks[this.#begun]?.startMs ?? Infinity) < bootMs + AHEAD_MS) this.#begun++;
    for (;;) {
      const oldest = this.forks[this.#forgotten];
      if (!oldest || oldest.startMs + oldest.lifeMs > bootMs - FORGET_AFTER_MS) break;
      this.#forgottenMs += usedMs(oldest, Infinity);
      this.#forgotten++;
    }
    return [this.#process, this.#pastForks(), ...this.forks.slice(this.#forgotten, this.#begun)];
  }

  /** CPU time of the server and of its ended forks so far, in milliseconds. */
  usedMs(bootMs: number): number {
    const all = this.processesAround(bootMs);
    return usedMs(this.#process, bootMs) + reapedMs(this.#process, bootMs, all);
  }

  #pastForks(): Plan {
    const { pid: ppid, startMs } = this.#process;
    const percent = (100 * this.#forgottenMs) / TICK_MS;
    return plan({ pid: ppid + 1_000, ppid, startMs, lifeMs: TICK_MS, percent, comm: 'server' });
  }
}

/** A day's forks, in the order of their starts. */
function planForks({ pid: ppid, uid, fromHour, toHour, everyMs }: Server, random: Random): Plan[] {
  const forks: Plan[] = [];
  const endMs = toHour * MS_PER_HOUR;
  for (let atMs = fromHour * MS_PER_HOUR; atMs < endMs; atMs += waiting(random, everyMs)) {
    const startMs = Math.ceil(atMs / TICK_MS + 1) * TICK_MS;
    if (startMs % MS_PER_HOUR > MS_PER_HOUR - QUIET_MS) continue;
    const lifeMs = TICK_MS * between(random, FORK_TICKS.low, FORK_TICKS.high);
    const pid = (ppid % 100) * FORKS_A_SERVER + forks.length;
    forks.push(plan({ pid, ppid, uid, startMs, lifeMs, percent: 100, comm: 'server' }));
  }
  return forks;
}

function furthest(a: number, b: number): number {
  return Math.abs(b) > Math.abs(a) ? b : a;
}
