import { HttpError } from '@influxdata/influxdb-client';
import { toMessage } from '../errors.js';

/** What a server's answer to a batch of lines means, and its words, for people. */
export type Answer =
  | { kind: 'acknowledged' }
  /** The same may succeed later; the status is undefined where there was no answer. */
  | { kind: 'later'; words: string; retryAfterMs: number | undefined; status: number | undefined }
  | { kind: 'too large'; words: string; status: number }
  /** Some line is bad; good ones may be stored already. */
  | { kind: 'refused'; words: string; status: number; badLines?: readonly BadLine[] }
  /** No line will be accepted until the configuration changes. */
  | { kind: 'misconfigured'; words: string; hint: string };

/** A line of the request that InfluxDB 3 names as bad. There may be others: it names a hundred. */
interface BadLine {
  /** 0 for the first. */
  index: number;
  words: string;
}

/** Longer messages of a server are cut. */
const MAX_WORDS_LENGTH = 300;

const REFUSED = new Set([400, 422]);
const LATER = new Set([408, 425, 429]);
const TOO_LARGE = 413;

/** InfluxDB 1.x sends it with status 500, and it doesn't pass. */
const MISSING_RETENTION_POLICY = /retention policy not found/i;

/** InfluxDB 2 has said 500 for points that it will never take: "partial write: points beyond retention policy dropped=1". */
const ABOUT_POINTS = /partial write|\bpoints?\b/i;
const TIMED_OUT = /time(d )?-?out/i;

/** Of an answer with status 401. */
export const LOGIN_HINT = 'Check the token, or the user name and password';

/** Of an answer with status 3xx. */
export const REDIRECT_HINT =
  'Redirects are not followed: give the address of the server itself with --url';

const HINTS: Record<number, string> = {
  401: LOGIN_HINT,
  403: 'Check that this token or user may write there',
  404: 'Check that the database or bucket exists and that --server is right; psusage ship --help has examples',
};

/** What a failed request means. */
export function toAnswer(error: unknown): Answer {
  if (!(error instanceof HttpError)) {
    return {
      kind: 'later',
      words: toMessage(error),
      retryAfterMs: undefined,
      status: undefined,
    };
  }
  const status = error.statusCode;
  const words = formatError(error);
  if (status === TOO_LARGE) return { kind: 'too large', words, status };
  if (REFUSED.has(status)) {
    return { kind: 'refused', words, status, badLines: findBadLines(error) };
  }
  if (MISSING_RETENTION_POLICY.test(words)) {
    return {
      kind: 'misconfigured',
      words,
      hint: 'Name an existing one: --bucket <database>/<policy>',
    };
  }
  if (status >= 500 && ABOUT_POINTS.test(words) && !TIMED_OUT.test(words)) {
    return { kind: 'refused', words, status };
  }
  if (mayPass(status)) {
    return { kind: 'later', words, retryAfterMs: parseRetryAfterMs(error), status };
  }
  const hint = isRedirect(status)
    ? REDIRECT_HINT
    : (HINTS[status] ?? 'Check that an InfluxDB or VictoriaMetrics listens at this address');
  return { kind: 'misconfigured', words, hint };
}

/** Whether the same may succeed later, by the status of an answer. */
export function mayPass(status: number): boolean {
  return LATER.has(status) || status >= 500;
}

export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** The answer to a failed request: its status, and its message or where it redirects to. */
export function formatError(error: HttpError): string {
  const { statusCode, body, headers, message } = error;
  // There the client puts a message of its own in place of the server's.
  if (statusCode < 300) return `${statusCode} instead of 204`;
  const status = [statusCode, error.statusMessage].filter((each) => each !== undefined).join(' ');
  const location = headers?.['location'];
  if (isRedirect(statusCode) && typeof location === 'string') {
    return `${status} to ${withoutSecrets(location)}`.slice(0, MAX_WORDS_LENGTH);
  }
  const said =
    errorIn(body) ?? parseTitle(body) ?? (body === undefined || body === '' ? message : body);
  const words = toOneLine(said).replace(new RegExp(`^${statusCode}\\b[ :]*`), '');
  const isRepeated = `${statusCode} ${words}`.toLowerCase() === status.toLowerCase();
  return words === '' || isRepeated ? status : `${status}: ${words}`;
}

/** A query may hold a token, and before a host may stand a password. */
function withoutSecrets(location: string): string {
  return location.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//');
}

/** A web server's page is not worth more. */
function parseTitle(body: string | undefined): string | undefined {
  if (body === undefined || !/^\s*<(!doctype|html)/i.test(body)) return undefined;
  return /<title>([^<]*)<\/title>/i.exec(body)?.[1] ?? 'a web page';
}

function toOneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim().slice(0, MAX_WORDS_LENGTH);
}

/** InfluxDB 1.x and 3 have `error`, 2 `message`, in JSON. */
function errorIn(body: string | undefined): string | undefined {
  const { error, message } = parseObject(body);
  const words = error ?? message;
  return typeof words === 'string' ? words : undefined;
}

/** InfluxDB 3 lists them as `data`, counted from 1. */
function findBadLines({ body, statusCode, statusMessage = '' }: HttpError): BadLine[] {
  const { data } = parseObject(body);
  if (!Array.isArray(data)) return [];
  return data.flatMap((each: unknown) => {
    if (!isObject(each)) return [];
    const { line_number: number, error_message: words } = each;
    if (typeof number !== 'number' || typeof words !== 'string') return [];
    return { index: number - 1, words: toOneLine(`${statusCode} ${statusMessage}: ${words}`) };
  });
}

function parseObject(json = ''): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(json);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whole seconds, as RFC 9110 has it; a date is not understood, and an absent header is none. */
function parseRetryAfterMs({ headers }: HttpError): number | undefined {
  const value = headers?.['retry-after'];
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : undefined;
}
