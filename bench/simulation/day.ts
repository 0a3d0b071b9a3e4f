import { between, seededRandom } from '../loads/random.js';
import { emptyState } from '../../src/record/tracker/state.js';
import { observe, settleAll } from '../../src/record/tracker/tracker.js';
import { MS_PER_DAY, MS_PER_HOUR } from '../../src/shared/units.js';
import { simulatedPs } from '../../test/simulation/kernel.js';
import { ServerLife } from './server-life.js';
import { SERVERS } from './servers.js';

const INTERVAL_MS = 1_000;

/** A sample begins up to so long after its second, and its rows are read up to as long after that. */
const JITTER_MS = 40;

/** What the parents reaped last is held against their children by then. */
const SETTLE_MS = 20_000;

const BOOTED_MS = Date.UTC(2026, 0, 1);
const FIRST_SAMPLE_MS = 10_000;
const SELECTION = { programs: [], forks: true, users: new Set<string>(), recorderPid: 4242 };

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
  const charged = new ChargedTime();
  const hours = lives.map((): number[] => []);
  let state = emptyState(BOOTED_MS, { process: 1, credit: 1 });
  for (let ms = FIRST_SAMPLE_MS; ms <= MS_PER_DAY + SETTLE_MS; ms += INTERVAL_MS) {
    const bootMs = ms + between(random, 0, JITTER_MS);
    const processes = lives.flatMap((life) => life.processesAround(bootMs));
    const snapshot = simulatedPs(processes, bootMs, between(random, 1, JITTER_MS));
    const at = { anchorMs: BOOTED_MS, afterGap: false };
    const next = observe(state, snapshot, at, SELECTION);
    state = next.state;
    charged.add(next.changes.usage);
    if (ms % MS_PER_HOUR === 0)
      lives.forEach((life, i) => hours[i]?.push(charged.errorOf(life, ms)));
  }
  charged.add(settleAll(state).changes.usage);
  return lives.map((life, i) => ({
    serverName: life.server.name,
    forks: life.forks.length,
    usedMs: life.usedMs(MS_PER_DAY + SETTLE_MS),
    errorMs: charged.errorOf(life, MS_PER_DAY + SETTLE_MS),
    worstHourMs: furthest(hours[i] ?? []),
  }));
}

/** What has been charged so far, by uid, in milliseconds. */
class ChargedTime {
  readonly #byUid = new Map<number, number>();

  add(
    usage: readonly { readonly account: { readonly uid: number }; readonly cpuMs: number }[],
  ): void {
    for (const { account, cpuMs } of usage) {
      this.#byUid.set(account.uid, (this.#byUid.get(account.uid) ?? 0) + cpuMs);
    }
  }

  errorOf(life: ServerLife, bootMs: number): number {
    return (this.#byUid.get(life.server.uid) ?? 0) - life.usedMs(bootMs);
  }
}

function furthest(values: readonly number[]): number {
  return values.reduce((far, value) => (Math.abs(value) > Math.abs(far) ? value : far), 0);
}
