import { QUARTER_HOUR_MS } from '../../src/shared/units.js';
import { between, type Random } from '../random.js';
import type { Customer } from './customers.js';
import type { Account, ShortLife } from './host.js';

/** What the processes of a site are: each kind up to a part of them. */
const KINDS = [
  { program: 'php-fpm', command: 'php-fpm8.2', upTo: 0.86 },
  { program: 'cron', command: 'sh', upTo: 0.91 },
  { program: 'cron', command: 'php8.2', upTo: 0.97 },
  { program: 'git', command: 'git', upTo: 1 },
] as const;

/** So many of a customer's processes share a mean day. */
const LIVES_A_DAY = 8;

const LEAST_LIFE_CPU_MS = 200;
const MOST_LIFE_CPU_MS = 200_000;

/** A process uses this part of the mean, up to the rest that makes the mean a mean. */
const LEAST_PART_PERCENT = 40;

const LEAST_LIFE_MS = 2_000;

/** Within a quarter-hour: it crosses one end of it at most. */
const MOST_LIFE_MS = 840_000;

const LEAST_CPU_PERCENT = 4;
const MOST_CPU_PERCENT = 96;

/** A customer's processes: as many as make up what is spent, which the next one carries on with. */
export class Visits {
  #owedMs = 0;

  constructor(
    private readonly customer: Customer,
    private readonly random: Random,
    /** CPU time of a process in the mean, whatever is spent on a day. */
    private readonly lifeCpuMs?: number,
  ) {}

  /**
   * The processes that start in a quarter-hour.
   *
   * @param cpuMs what is spent in it
   * @param dailyCpuMs what is spent on such a day, about
   */
  startIn(quarterMs: number, cpuMs: number, dailyCpuMs: number): ShortLife[] {
    this.#owedMs += cpuMs;
    const lives: ShortLife[] = [];
    const usualCpuMs = Math.max(dailyCpuMs / LIVES_A_DAY, LEAST_LIFE_CPU_MS);
    const meanCpuMs = Math.min(this.lifeCpuMs ?? usualCpuMs, MOST_LIFE_CPU_MS);
    for (;;) {
      if (this.#owedMs < meanCpuMs) return lives;
      const life = this.#life(quarterMs, meanCpuMs);
      this.#owedMs -= life.cpuMs;
      lives.push(life);
    }
  }

  #life(quarterMs: number, meanCpuMs: number): ShortLife {
    const percentOfMean = between(this.random, LEAST_PART_PERCENT, 200 - LEAST_PART_PERCENT);
    const cpuMs = Math.min(Math.round((meanCpuMs * percentOfMean) / 100), MOST_LIFE_CPU_MS);
    const leastPercent = Math.max(LEAST_CPU_PERCENT, Math.ceil((100 * cpuMs) / MOST_LIFE_MS));
    const percent = between(this.random, leastPercent, MOST_CPU_PERCENT);
    const lengthMs = Math.max(LEAST_LIFE_MS, Math.round((100 * cpuMs) / percent));
    const startedMs = quarterMs + between(this.random, 1, QUARTER_HOUR_MS - 1);
    const account = this.#account();
    return { account, startedMs, endedMs: startedMs + lengthMs, cpuMs };
  }

  #account(): Account {
    const { uid, name } = this.customer;
    const drawn = this.random();
    const { program, command } = KINDS.find(({ upTo }) => drawn < upTo) ?? KINDS[0];
    return { uid, user: name, program, command };
  }
}
