import type { Account } from './host.js';

/** A row of `usage`. */
export interface Sum {
  readonly account: Account;
  cpuMs: number;
  unseenCpuMs: number;
  started: number;
  takenOver: number;
  uncertainMs: number;
}

/** What the accounts used, by quarter-hour, until it is taken out. */
export class Sums {
  readonly #quarters = new Map<number, Map<string, Sum>>();

  of(quarterMs: number, account: Account): Sum {
    const sums = this.#quarters.get(quarterMs) ?? new Map<string, Sum>();
    this.#quarters.set(quarterMs, sums);
    const key = `${account.uid} ${account.program} ${account.command}`;
    const known = sums.get(key);
    if (known !== undefined) return known;
    const zero = { cpuMs: 0, unseenCpuMs: 0, started: 0, takenOver: 0, uncertainMs: 0 };
    const sum = { account, ...zero };
    sums.set(key, sum);
    return sum;
  }

  /** The sums of a quarter-hour to which nothing will be added any more. */
  take(quarterMs: number): Sum[] {
    const sums = this.#quarters.get(quarterMs);
    this.#quarters.delete(quarterMs);
    return [...(sums?.values() ?? [])];
  }
}
