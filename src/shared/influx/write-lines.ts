import { InfluxDB, setLogger } from '@influxdata/influxdb-client';
import { messageOf } from '../errors.js';
import { type Answer, answerOf } from './answer.js';
import { type Connection, redactorOf, writePath } from './connection.js';
import { isLoopback } from './loopback.js';

const REQUEST_LIMIT_MS = 30_000;

/** The client would write to the console. */
const SILENT = { error: () => undefined, warn: () => undefined };

/** A shorter body is sent as it is. */
const GZIP_FROM_BYTES = 1_000;

/** Never reached: the client must not cut a batch by itself, since it hides how that went. */
const NEVER_BYTES = Number.MAX_SAFE_INTEGER;

/**
 * Sends these lines in one request, with timestamps in milliseconds. Never throws: what went wrong is the
 * answer.
 *
 * @param stop ends the request at once
 * @param limitMs a request that takes longer is given up, however much the server drips
 */
export async function writeLines(
  connection: Connection,
  lines: readonly string[],
  stop: AbortSignal,
  limitMs = REQUEST_LIMIT_MS,
): Promise<Answer> {
  setLogger(SILENT);
  const request = new AbortController();
  const abort = () => {
    request.abort();
  };
  stop.addEventListener('abort', abort);
  const timer = setTimeout(abort, limitMs);
  try {
    if (stop.aborted) abort();
    const written = await write(connection, lines, request.signal);
    if (written === lines.length) return { kind: 'acknowledged' };
    throw new Error('the lines were not sent');
  } catch (error) {
    return redacted(
      answerOf(inWords(error, { request: request.signal, stop, limitMs })),
      redactorOf(connection),
    );
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', abort);
  }
}

/** @returns how many lines the server has acknowledged */
async function write(
  connection: Connection,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { url, authorization } = connection;
  let written = 0;
  const api = new InfluxDB({
    url,
    // The limit of the whole request, which `signal` keeps; this one is of silence.
    timeout: REQUEST_LIMIT_MS,
    ...(authorization === undefined ? {} : { headers: { authorization } }),
    transportOptions: { signal },
  }).getWriteApi('', '', 'ms', {
    batchSize: lines.length + 1,
    maxBatchBytes: NEVER_BYTES,
    flushInterval: 0,
    maxRetries: 0,
    maxBufferLines: 0,
    // Between two programs on one machine packing takes longer than sending.
    gzipThreshold: isLoopback(new URL(url).hostname) ? NEVER_BYTES : GZIP_FROM_BYTES,
    writeSuccess: (sent) => {
      written += sent.length;
    },
  });
  api.path = writePath(connection);
  api.writeRecords([...lines]);
  await api.flush();
  return written;
}

function inWords(
  error: unknown,
  { request, stop, limitMs }: { request: AbortSignal; stop: AbortSignal; limitMs: number },
): unknown {
  if (stop.aborted) return new Error('interrupted');
  if (request.aborted) return new Error(`no answer within ${limitMs / 1_000} s`);
  return isConnectionError(error) ? new Error(connectionWords(error)) : error;
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
function connectionWords(error: Error & { code: string }): string {
  return messageOf(error) === '' ? error.code : messageOf(error);
}

function redacted(answer: Answer, redact: (text: string) => string): Answer {
  return answer.kind === 'acknowledged' ? answer : { ...answer, words: redact(answer.words) };
}
