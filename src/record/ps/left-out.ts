import { isBetween, type PidHint } from './pid-hint.js';

/** ps is believed that a process has ended when it has left it out for longer than this. */
const DOUBTED_FOR_MS = 10_000;

/** What tells whether a process is there without ps. */
interface System {
  isThere: (pid: number) => boolean;
  /** Read anew: each pid that was given out until now is before it. */
  pidHint: () => PidHint | undefined;
  /** ps has begun to leave out processes that are there; so many. */
  onLeftOut: (processes: number) => void;
}

/** When ps was asked: boot time, and the hint that was read just before; undefined where the system does not tell. */
interface Asked {
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
  #before: Asked | undefined;
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
   * @returns those of them that are there all the same
   */
  among(missing: readonly number[], asked: Asked): ReadonlySet<number> {
    const before = this.#before;
    this.#before = asked;
    const { bootMs } = asked;
    this.#since = new Map(
      this.#stillThere(missing, before, bootMs)
        .map((pid) => [pid, this.#since.get(pid) ?? bootMs] as const)
        .filter(([, sinceMs]) => bootMs - sinceMs <= DOUBTED_FOR_MS),
    );
    if (this.#since.size > 0) {
      if (bootMs - this.#lastBootMs > DOUBTED_FOR_MS) this.system.onLeftOut(this.#since.size);
      this.#lastBootMs = bootMs;
    }
    return new Set(this.pids);
  }

  #stillThere(missing: readonly number[], before: Asked | undefined, bootMs: number): number[] {
    if (before?.hint === undefined || bootMs - before.bootMs > DOUBTED_FOR_MS) return [];
    const { hint } = before;
    const there = missing.filter((pid) => this.system.isThere(pid));
    if (there.length === 0) return [];
    const now = this.system.pidHint();
    return now === undefined ? [] : there.filter((pid) => !isBetween(hint, now, pid));
  }
}
