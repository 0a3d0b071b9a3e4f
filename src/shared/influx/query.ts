import { HttpError } from '@influxdata/influxdb-client';
import { toMessage, PsusageError } from '../errors.js';
import { sanitize } from '../sanitize.js';
import { LOGIN_HINT, isRedirect, mayPass, formatError, REDIRECT_HINT } from './answer.js';
import { type Connection, formatDestination, createRedactor } from './connection.js';
import { limitedRequest } from './limited-request.js';

const LATER =
  "Check that the server is running and reachable. Without --source influx the report reads this machine's journal";

const OTHER_KIND = 'Check --server: is it influxdb or victoriametrics?';

const HINTS: Record<number, string> = {
  401: LOGIN_HINT,
  403: 'Check that this token or user may read there',
  404: OTHER_KIND,
};

/**
 * Asks a server for something that it answers with JSON; that is not looked into.
 *
 * @param path with the query, to be put behind the URL
 * @throws PsusageError QUERY when there is no answer within 30 s, or a refusal; without secrets
 */
export async function query(connection: Connection, path: string): Promise<unknown> {
  try {
    return await limitedRequest(connection, async ({ transport }) => {
      const answer: unknown = await transport.request(path, '', { method: 'GET' });
      return answer;
    });
  } catch (error) {
    throw toFailure(connection, error);
  }
}

/** For a refusal with status 200. */
export function refusal(connection: Connection, words: string, hint?: string): PsusageError {
  const said = sanitize(createRedactor(connection)(words));
  return new PsusageError(
    'QUERY',
    `${formatDestination(connection)}: ${said}`,
    hint === undefined ? {} : { hint },
  );
}

/** For an answer of another form than expected. */
export function strangeAnswer(connection: Connection): PsusageError {
  return refusal(connection, 'its answer is not the result of a query', OTHER_KIND);
}

function toFailure(connection: Connection, error: unknown): PsusageError {
  if (error instanceof SyntaxError) return strangeAnswer(connection);
  if (!(error instanceof HttpError)) return refusal(connection, toMessage(error), LATER);
  const status = error.statusCode;
  const hint = mayPass(status) ? LATER : isRedirect(status) ? REDIRECT_HINT : HINTS[status];
  return refusal(connection, formatError(error), hint);
}
