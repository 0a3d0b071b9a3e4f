import { setTimeout as delay } from 'node:timers/promises';

/** Waits for the next mark of a steady beat; marks that have passed are left out, not made up for. */
export class Ticker {
  readonly #endMs: number;
  #dueMs: number;

  /** @param forMs how long the beat lasts; without bound, unlike a timer's 24.8 days */
  constructor(
    private readonly intervalMs: number,
    forMs = Infinity,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#dueMs = nowMs();
    this.#endMs = this.#dueMs + forMs;
  }

  /** Whether the beat has lasted as long as it should. */
  get isOver(): boolean {
    return this.nowMs() >= this.#endMs;
  }

  /** Returns at the next mark or at the end, whichever is first, or at once when `signal` aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const now = this.nowMs();
    const passed = Math.floor((now - this.#dueMs) / this.intervalMs) + 1;
    this.#dueMs += Math.max(1, passed) * this.intervalMs;
    try {
      // A timer may be a millisecond early.
      const waitMs = Math.ceil(Math.min(this.#dueMs, this.#endMs) - now) + 1;
      await delay(waitMs, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
