/** What has to be undone however a bench ends. */
export interface Cleanup {
  /** Adds a step. The last one runs first, and each runs even when another fails. */
  defer(step: () => Promise<unknown>): void;
}

/**
 * Runs a bench and undoes what it deferred, also when it fails or is interrupted. SIGINT and SIGTERM
 * abort `signal`, which every long wait has to heed.
 */
export async function withCleanup(
  body: (cleanup: Cleanup, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const steps: (() => Promise<unknown>)[] = [];
  const interrupt = new AbortController();
  const abort = (): void => {
    interrupt.abort(new Error('interrupted'));
  };
  process.once('SIGINT', abort).once('SIGTERM', abort);
  try {
    await body({ defer: (step) => steps.push(step) }, interrupt.signal);
  } finally {
    for (const step of steps.reverse()) {
      await step().catch((error: unknown) => {
        console.error('left behind:', error);
        process.exitCode = 1;
      });
    }
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}
