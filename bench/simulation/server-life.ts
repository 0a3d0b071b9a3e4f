import type { Random } from '../loads/random.js';
import { type Plan, plan, reapedMs, usedMs } from '../../test/simulation/kernel.js';
import { planForks, planServer, type Server } from './servers.js';

/** No sample comes so late that it could tell a fork apart that is gone for so long. */
const FORGET_AFTER_MS = 30_000;

/** Forks up to so long after a moment may be in a sample that is asked for then. */
const AHEAD_MS = 1_000;

/**
 * A server and its forks as time goes on: those around a moment one by one, and all before them as
 * one ended child, so that a day of thousands of forks can be simulated.
 */
export class ServerLife {
  readonly #process: Plan;
  readonly forks: readonly Plan[];
  #begun = 0;
  #forgotten = 0;
  #forgottenMs = 0;

  constructor(
    readonly server: Server,
    random: Random,
  ) {
    this.#process = planServer(server);
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
    const lifeMs = 10;
    const percent = (100 * this.#forgottenMs) / lifeMs;
    return plan({ pid: ppid + 1_000, ppid, startMs, lifeMs, percent, comm: 'server' });
  }
}
