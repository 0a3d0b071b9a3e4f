import { HttpError } from '@influxdata/influxdb-client';
import { PsusageError, toMessage } from '../errors.js';
import { sanitize } from '../sanitize.js';
import { formatError, isRedirect, LOGIN_HINT, mayPass, REDIRECT_HINT } from './answer.js';
import { type Connection, createRedactor, formatDestination } from './connection.js';
import { limitedRequest } from './limited-request.js';

/** What a database answers for one value of a tag. */
export interface Group {
  name: string;
  /** In order of time, in ms since 1970. */
  values: { timeMs: number; value: number }[];
}

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
  return new PsusageError('QUERY', `${formatDestination(connection)}: ${said}`, { hint });
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

/** Reads JSON of another program step by step; undefined where it is of another form. */
export function readField(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

export function readList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

export function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** What each element of a list is read as; undefined where it is no list, or one is of another form. */
export function readAll<T>(
  value: unknown,
  read: (element: unknown) => T | undefined,
): T[] | undefined {
  const list = readList(value);
  const all = (list ?? []).flatMap((each) => read(each) ?? []);
  return all.length === list?.length ? all : undefined;
}
