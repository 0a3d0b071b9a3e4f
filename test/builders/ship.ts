import { runShip } from '../../src/record/ship/run-ship.js';
import type { Connection } from '../../src/shared/influx/connection.js';

const OUTPUT = { print: () => undefined, warn: () => undefined, terminal: undefined };

/** Sends all complete records of a journal, as the host that its recorder says. */
export async function shipAll(journal: { path: string }, connection: Connection): Promise<void> {
  const options = {
    journal: journal.path,
    host: undefined,
    hostname: 'not-recorded',
    connection,
    batchSize: 5_000,
    maxTimeMs: 20_000,
    sinceMs: 0,
    resend: { kind: 'everything' },
    retryRefused: false,
    remindEveryMs: undefined,
    nowMs: () => Date.now(),
  } as const;
  await runShip(options, OUTPUT, new AbortController().signal);
}
