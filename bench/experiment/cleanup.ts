/** What has to be undone however an experiment ends. */
export interface Cleanup {
  /** Adds a step; steps run last one first, and each runs even when another fails. */
  defer(step: () => Promise<unknown>): void;
}

/**
 * Runs an experiment and undoes what it deferred, also when it fails or is interrupted: SIGINT and
 * SIGTERM abort `signal`, which every long wait of the experiment has to heed.
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

/** @throws when not root: users, cgroups and process accounting need it */
export function assertRoot(): void {
  if (process.getuid?.() !== 0) throw new Error('this experiment has to run as root');
}
