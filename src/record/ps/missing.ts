import { isBetween, type PidHint } from './pid-hint.js';

/** ps is believed that a process has ended once it was missing for longer than this. */
const DOUBTED_FOR_MS = 10_000;

const NONE: ReadonlySet<number> = new Set();

/** What tells whether a process exists without ps. */
interface System {
  pidExists: (pid: number) => boolean;
  /** Read afresh: every pid assigned until now comes before it. */
  pidHint: () => PidHint | undefined;
  /** ps has begun to omit this many processes that exist. */
  onMissing: (processes: number) => void;
}

/** An answer of ps: boot time of the query, and the hint read after it; undefined where the system has none. */
interface Answered {
  bootMs: number;
  hint: PidHint | undefined;
}

/**
 * Processes that exist though ps does not show them: ps silently skips whatever it can't open, for example when the
 * system has run out of file descriptors. For a process that has really ended this costs a microsecond.
 *
 * That the pid exists is not enough: it may belong to a process started since, or to a thread, which ps does not
 * list. So the pid must not have been assigned since the answer before, and that answer must be recent enough that
 * pids can't have gone once around.
 */
export class MissingPids {
  /** Boot time at which each was missing for the first time. */
  #since: ReadonlyMap<number, number> = new Map();
  #before: Answered | undefined;
  #lastBootMs = -Infinity;

  constructor(private readonly system: System) {}

  /** To be queried again. */
  get pids(): number[] {
    return [...this.#since.keys()];
  }

  /**
   * Takes one answer of ps into account.
   *
   * @param notShown processes that existed at the answer before, that were queried and are not in this one
   * @param bootMs time of the query
   * @returns those of them that exist all the same
   */
  findExisting(notShown: readonly number[], bootMs: number): ReadonlySet<number> {
    const existing = this.#stillExisting(notShown, bootMs);
    if (existing.length === 0 && this.#since.size === 0) return NONE;
    this.#since = new Map(
      existing
        .map((pid) => [pid, this.#since.get(pid) ?? bootMs] as const)
        .filter(([, sinceMs]) => bootMs - sinceMs <= DOUBTED_FOR_MS),
    );
    if (this.#since.size > 0) {
      if (bootMs - this.#lastBootMs > DOUBTED_FOR_MS) this.system.onMissing(this.#since.size);
      this.#lastBootMs = bootMs;
    }
    return new Set(this.pids);
  }

  #stillExisting(notShown: readonly number[], bootMs: number): number[] {
    const before = this.#before;
    const existing = notShown.filter((pid) => this.system.pidExists(pid));
    // Read last: the holder of a pid assigned later was neither shown nor found to exist.
    const hint = this.system.pidHint();
    this.#before = { bootMs, hint };
    if (before?.hint === undefined || hint === undefined) return [];
    if (bootMs - before.bootMs > DOUBTED_FOR_MS) return [];
    const [first, last] = [before.hint, hint];
    return existing.filter((pid) => !isBetween(first, last, pid));
  }
}
