import { runShip, type ShipOptions } from '../../../src/record/ship/run-ship.js';
import { ExitCode, PsusageError } from '../../../src/shared/errors.js';
import type { Connection } from '../../../src/shared/influx/connection.js';

/** What a run said, and how it ended. */
export interface Shipped {
  /** Its one line. */
  summary: string;
  warnings: string[];
  /** What is told of it; undefined where all went, or it is not told again yet. */
  failure: PsusageError | undefined;
  exitCode: number;
}

export function v1(url: string, database = 'psusage'): Connection {
  const target = { api: 'v1', database } as const;
  return { server: 'influxdb', url, target, authorization: undefined, secrets: [] };
}

/** One run, as cron starts it. */
export async function shipOnce(
  journal: string,
  connection: Connection,
  options: Partial<ShipOptions> = {},
  interrupted: AbortSignal = new AbortController().signal,
): Promise<Shipped> {
  const lines: string[] = [];
  const warnings: string[] = [];
  const output = {
    print: (line: string) => lines.push(line),
    warn: (line: string) => warnings.push(line),
    terminal: undefined,
  };
  const all: ShipOptions = {
    ...{ journal, connection, host: 'web1', hostname: 'localhost', batchSize: 5_000 },
    ...{
      maxTimeMs: 60_000,
      sinceMs: 0,
      resend: undefined,
      retryRefused: false,
      remindEveryMs: undefined,
      nowMs: () => Date.now(),
    },
    ...options,
  };
  try {
    await runShip(all, output, interrupted);
    return { summary: lines.join('\n'), warnings, failure: undefined, exitCode: 0 };
  } catch (error) {
    const said = { summary: lines.join('\n'), warnings };
    if (error instanceof ExitCode) return { ...said, failure: undefined, exitCode: error.exitCode };
    if (error instanceof PsusageError) return { ...said, failure: error, exitCode: 1 };
    throw error;
  }
}

/** A summary without its seconds, which no test can know. */
export function counts({ summary }: Shipped): string {
  return summary.replace(/, in [\d.]+ s$/, '');
}
