import { setTimeout as delay } from 'node:timers/promises';

/** Waits for the next mark of a steady beat; marks that have passed are left out, not made up for. */
export class Ticker {
  #dueMs: number;

  constructor(
    private readonly intervalMs: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#dueMs = nowMs();
  }

  /** Returns at the next mark, or at once when `signal` aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const now = this.nowMs();
    const passed = Math.floor((now - this.#dueMs) / this.intervalMs) + 1;
    this.#dueMs += Math.max(1, passed) * this.intervalMs;
    try {
      await delay(this.#dueMs - now, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
