import { isBetween, type PidHint } from './pid-hint.js';

/** ps is believed that a process has ended when it has left it out for longer than this. */
const DOUBTED_FOR_MS = 10_000;

/** What tells whether a process is there without ps. */
interface System {
  pidExists: (pid: number) => boolean;
  /** Read anew: each pid that was given out until now is before it. */
  pidHint: () => PidHint | undefined;
  /** ps has begun to leave out processes that are there; so many. */
  onLeftOut: (processes: number) => void;
}

/** An answer of ps: boot time when it was asked, and the hint that was read afterwards; undefined where the system does not tell. */
interface Answered {
  bootMs: number;
  hint: PidHint | undefined;
}

/**
 * Processes that ps leaves out though they are there: it passes over in silence whatever it can't open, as when the
 * system has no file descriptor left. For whoever has ended as ps says this costs a microsecond.
 *
 * That somebody has the pid is not enough: it may be a process that was started since, or a thread, which ps does not
 * list. So it must not have been given out since the answer before, and that must be so recent that not all pids were.
 */
export class LeftOut {
  /** When each was left out for the first time, in boot time. */
  #since: ReadonlyMap<number, number> = new Map();
  #before: Answered | undefined;
  #lastBootMs = -Infinity;

  constructor(private readonly system: System) {}

  /** To be asked for again. */
  get pids(): number[] {
    return [...this.#since.keys()];
  }

  /**
   * To be called with each answer of ps.
   *
   * @param missing processes that were there at the answer before, that ps was asked for and that it does not show
   * @param bootMs when it was asked
   * @returns those of them that are there all the same
   */
  among(missing: readonly number[], bootMs: number): ReadonlySet<number> {
    this.#since = new Map(
      this.#stillThere(missing, bootMs)
        .map((pid) => [pid, this.#since.get(pid) ?? bootMs] as const)
        .filter(([, sinceMs]) => bootMs - sinceMs <= DOUBTED_FOR_MS),
    );
    if (this.#since.size > 0) {
      if (bootMs - this.#lastBootMs > DOUBTED_FOR_MS) this.system.onLeftOut(this.#since.size);
      this.#lastBootMs = bootMs;
    }
    return new Set(this.pids);
  }

  #stillThere(missing: readonly number[], bootMs: number): number[] {
    const before = this.#before;
    const there = missing.filter((pid) => this.system.pidExists(pid));
    // After both: whoever has a pid that was given out later was neither shown nor found there.
    const hint = this.system.pidHint();
    this.#before = { bootMs, hint };
    if (before?.hint === undefined || hint === undefined) return [];
    if (bootMs - before.bootMs > DOUBTED_FOR_MS) return [];
    const [first, last] = [before.hint, hint];
    return there.filter((pid) => !isBetween(first, last, pid));
  }
}
