/** Waits for the next mark of a steady beat; marks that have passed are left out, not made up for. */
export class Ticker {
  readonly #endMs: number;
  #dueMs: number;
  #wake: () => void = () => undefined;

  /**
   * @param stop ends each wait
   * @param forMs how long the beat lasts; without bound, unlike a timer's 24.8 days
   */
  constructor(
    private readonly intervalMs: number,
    private readonly stop: AbortSignal,
    forMs = Infinity,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.#dueMs = nowMs();
    this.#endMs = this.#dueMs + forMs;
    // One listener for all waits, because adding and removing one each second is dear.
    stop.addEventListener('abort', () => {
      this.#wake();
    });
  }

  /** Whether the beat has lasted as long as it should. */
  get isOver(): boolean {
    return this.nowMs() >= this.#endMs;
  }

  /** Returns at the next mark or at the end, whichever is first, or at once when it is told to stop. */
  async wait(): Promise<void> {
    const now = this.nowMs();
    const passed = Math.floor((now - this.#dueMs) / this.intervalMs) + 1;
    this.#dueMs += Math.max(1, passed) * this.intervalMs;
    if (this.stop.aborted) return;
    // A timer may be a millisecond early.
    const waitMs = Math.ceil(Math.min(this.#dueMs, this.#endMs) - now) + 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
