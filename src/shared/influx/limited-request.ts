import { InfluxDB, setLogger } from '@influxdata/influxdb-client';
import { toMessage } from '../errors.js';
import type { Connection } from './connection.js';

/** A request that takes longer is given up, however much the server drips. */
const REQUEST_LIMIT_MS = 30_000;

/** The client would write to the console. */
const SILENT = { error: () => undefined, warn: () => undefined };

interface Limits {
  /** Ends the request at once. */
  stop?: AbortSignal | undefined;
  limitMs?: number | undefined;
}

/**
 * Does one request with a client that gives it up after 30 s, unless another limit is given.
 *
 * @throws HttpError when the server refuses, and else an error that has words for people
 */
export async function limitedRequest<T>(
  connection: Connection,
  request: (client: InfluxDB) => Promise<T>,
  { stop, limitMs = REQUEST_LIMIT_MS }: Limits = {},
): Promise<T> {
  setLogger(SILENT);
  const controller = new AbortController();
  const abort = () => {
    controller.abort();
  };
  stop?.addEventListener('abort', abort);
  const timer = setTimeout(abort, limitMs);
  try {
    if (stop?.aborted === true) abort();
    return await request(createClient(connection, controller.signal));
  } catch (error) {
    throw toReadableError(error, controller.signal, { stop, limitMs });
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', abort);
  }
}

function createClient({ url, authorization }: Connection, signal: AbortSignal): InfluxDB {
  return new InfluxDB({
    url,
    // Of silence; `signal` keeps the limit of the whole request.
    timeout: REQUEST_LIMIT_MS,
    ...(authorization === undefined ? {} : { headers: { authorization } }),
    transportOptions: { signal },
  });
}

function toReadableError(
  error: unknown,
  request: AbortSignal,
  { stop, limitMs }: Limits & { limitMs: number },
): unknown {
  if (stop?.aborted === true) return new Error('interrupted');
  if (request.aborted) return new Error(`no answer within ${limitMs / 1_000} s`);
  return isConnectionError(error) ? new Error(formatConnectionError(error)) : error;
}

function isConnectionError(error: unknown): error is Error & { code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'syscall' in error
  );
}

/** Where several addresses were tried the error itself has no words. */
function formatConnectionError(error: Error & { code: string }): string {
  return toMessage(error) === '' ? error.code : toMessage(error);
}
