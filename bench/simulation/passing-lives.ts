import { between, seededRandom } from '../loads/random.js';
import { type Plan, plan, usedMs } from '../../test/simulation/kernel.js';

const INIT = plan({ pid: 1, ppid: 0, uid: 0, comm: 'init', ignoresChildren: true });
const MASTER = plan({ pid: 100, ppid: 1, uid: 0, comm: 'php-fpm8.2', percent: 0.5 });

const FIRST_STAYING_PID = 101;
const FIRST_PASSING_PID = 10_000;
const LAST_PASSING_PID = 32_767;

const FIRST_UID = 1001;
const USERS = 50;

/** A life is longer than the time between two samples, so each is in a sample, and in few. */
const LIFE_TICKS = { low: 101, high: 200 };
const PERCENT = { low: 5, high: 60 };

/** The kernel's tick, in which lives begin. */
const TICK_MS = 10;

/** No sample tells a life apart that is over for so long. */
const FORGET_AFTER_MS = 3_000;

/** What comes and goes on a simulated server. */
export interface Passing {
  /** Workers that live on, and use CPU time each second. */
  readonly staying: number;
  /** Workers that start between two samples, and live for a second or two. */
  readonly startsPerSample: number;
  /** One worker in so many has a command that no other has; Infinity for none. */
  readonly ownCommandOneIn: number;
}

/** A server whose workers of fifty users come and go, as many as one likes: those that are gone are forgotten. */
export class PassingLives {
  readonly #random = seededRandom(1);
  readonly #staying: readonly Plan[];
  #passing: Plan[] = [];
  #started = 0;
  #forgottenMs = 0;

  constructor(private readonly wanted: Passing) {
    this.#staying = Array.from({ length: wanted.staying }, (_, at) =>
      this.#worker(FIRST_STAYING_PID + at, 0, Infinity),
    );
  }

  /** Workers that came and go, so far. */
  get started(): number {
    return this.#started;
  }

  /** Nobody starts any more. */
  running(): Plan[] {
    return [INIT, MASTER, this.#past(), ...this.#staying, ...this.#passing];
  }

  /** Everything that a sample at `bootMs` depends on, with those that started in the second before. */
  next(bootMs: number): Plan[] {
    const [gone, left] = [[] as Plan[], [] as Plan[]];
    for (const each of this.#passing) {
      (each.startMs + each.lifeMs < bootMs - FORGET_AFTER_MS ? gone : left).push(each);
    }
    for (const each of gone) this.#forgottenMs += usedMs(each, Infinity);
    for (let i = 0; i < this.wanted.startsPerSample; i++) left.push(this.#start(bootMs));
    this.#passing = left;
    return this.running();
  }

  #start(bootMs: number): Plan {
    const pids = LAST_PASSING_PID - FIRST_PASSING_PID;
    const pid = FIRST_PASSING_PID + (this.#started++ % pids);
    const startMs = bootMs - TICK_MS * between(this.#random, 0, 99);
    const lifeMs = TICK_MS * between(this.#random, LIFE_TICKS.low, LIFE_TICKS.high);
    return this.#worker(pid, startMs, lifeMs);
  }

  #worker(pid: number, startMs: number, lifeMs: number): Plan {
    const uid = FIRST_UID + between(this.#random, 0, USERS - 1);
    const percent = between(this.#random, PERCENT.low, PERCENT.high);
    const isOwn = this.#random() < 1 / this.wanted.ownCommandOneIn;
    const comm = isOwn ? `job-${this.#started}` : 'php-fpm8.2';
    const ppid = MASTER.pid;
    return plan({ pid, ppid, uid, startMs, lifeMs, percent, comm, ignoresChildren: true });
  }

  /** All that are forgotten as one ended child of the master, so that its reaped time is right. */
  #past(): Plan {
    const lifeMs = TICK_MS;
    const percent = (100 * this.#forgottenMs) / lifeMs;
    return plan({ pid: 99, ppid: MASTER.pid, lifeMs, percent, comm: MASTER.comm });
  }
}
