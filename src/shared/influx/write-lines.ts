import type { InfluxDB } from '@influxdata/influxdb-client';
import { type Answer, toAnswer } from './answer.js';
import { type Connection, createRedactor, isLoopback, writePath } from './connection.js';
import { limitedRequest } from './limited-request.js';

/** A shorter body is sent as it is. */
const GZIP_FROM_BYTES = 1_000;

/** Never reached: the client must not cut a batch by itself, since it hides how that went. */
const NEVER_BYTES = Number.MAX_SAFE_INTEGER;

/**
 * Sends these lines, with `\n` between them, in one request, with timestamps in milliseconds. Never throws: what went wrong is the
 * answer.
 *
 * @param stop ends the request at once
 * @param limitMs of the request; 30 s unless given
 */
export async function writeLines(
  connection: Connection,
  lines: string,
  stop: AbortSignal,
  limitMs?: number,
): Promise<Answer> {
  try {
    await limitedRequest(connection, (client) => write(client, connection, lines), {
      stop,
      limitMs,
    });
    return { kind: 'acknowledged' };
  } catch (error) {
    return redacted(toAnswer(error), createRedactor(connection));
  }
}

async function write(client: InfluxDB, connection: Connection, lines: string): Promise<void> {
  let written = 0;
  const api = client.getWriteApi('', '', 'ms', {
    batchSize: 2,
    maxBatchBytes: NEVER_BYTES,
    flushInterval: 0,
    maxRetries: 0,
    maxBufferLines: 0,
    // Between two programs on one machine packing takes longer than sending.
    gzipThreshold: isLoopback(new URL(connection.url).hostname) ? NEVER_BYTES : GZIP_FROM_BYTES,
    writeSuccess: (sent) => {
      written += sent.length;
    },
  });
  api.path = writePath(connection);
  // As one record, since each takes the client longer than the whole text.
  api.writeRecord(lines);
  await api.flush();
  if (written !== 1) throw new Error('the lines were not sent');
}

function redacted(answer: Answer, redact: (text: string) => string): Answer {
  return answer.kind === 'acknowledged' ? answer : { ...answer, words: redact(answer.words) };
}
