import { setTimeout as sleep } from 'node:timers/promises';

/** The time a run has: until a limit, or until it is told to stop. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #endsMs: number;
  readonly #timer: NodeJS.Timeout;
  #isOver = false;

  constructor(
    limitMs: number,
    private readonly interrupted: AbortSignal,
  ) {
    this.#endsMs = performance.now() + limitMs;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort();
    }, limitMs);
    // What keeps a process alive is what it does, not that it may not do it for ever.
    this.#timer.unref();
    interrupted.addEventListener('abort', this.#stop);
    if (interrupted.aborted) this.#stop();
  }

  /** Aborts at the limit, and when the run is told to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the limit that ended it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Waits, if there is time for that; false if not, or when it was told to stop meanwhile. */
  async wait(ms: number): Promise<boolean> {
    if (performance.now() + ms >= this.#endsMs) return false;
    await sleep(ms, undefined, { signal: this.signal }).catch(() => undefined);
    return !this.signal.aborted;
  }

  /** Also ends a request that nobody waits for any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
    this.interrupted.removeEventListener('abort', this.#stop);
  }

  readonly #stop = (): void => {
    this.#controller.abort();
  };
}
