import { UsageError } from '../errors.js';
import { sanitize } from '../sanitize.js';

/** The older tool's variable; it holds server, user and password in one. */
export const DSN_VARIABLE = 'INFLUXDB_PSUSAGE_DSN';

interface Dsn {
  /** As in `Connection`. */
  url: string;
  /** Undefined where it has none; the same for the password. */
  username: string | undefined;
  password: string | undefined;
}

/**
 * Reads the URL of a server.
 *
 * @returns it without a trailing slash
 * @throws UsageError when it is not http or https, or has credentials, a query or a fragment
 */
export function readServerUrl(text: string): string {
  // Also behind the host: a password with a slash in it ends up there.
  if (text.includes('@')) {
    throw new UsageError(
      'the URL contains a user or a password, which everyone could see on the command line',
      `use --username and --password-file, or ${DSN_VARIABLE}=http://user:pass@host:8086 in the environment`,
    );
  }
  const parsed = parseHttp(text);
  if (parsed === undefined) {
    const [shown = ''] = text.split(/[?#]/);
    throw new UsageError(
      `'${sanitize(shown)}' is not an http or https URL`,
      'write it as --url http://localhost:8086',
    );
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    throw new UsageError(
      'the URL may have only a server and a path',
      'write it as --url http://localhost:8086; the rest goes to --database, --org and --bucket',
    );
  }
  return withoutCredentials(parsed);
}

/**
 * Reads the value of `INFLUXDB_PSUSAGE_DSN`. What is special in a user or a password is
 * percent-encoded there, as in any URL.
 *
 * @throws UsageError when it is anything else; the message does not quote it, since it holds a password
 */
export function readDsn(text: string): Dsn {
  const parsed = parseHttp(text);
  if (parsed === undefined) {
    throw malformedDsn('is not an http or https URL');
  }
  // A password with a bare slash, question mark or hash ends the server's name where it should not.
  if (parsed.search !== '' || parsed.hash !== '' || parsed.pathname.includes('@')) {
    throw malformedDsn('has more than a user, a password, a server and a path');
  }
  return {
    url: withoutCredentials(parsed),
    username: decodedPart(parsed.username),
    password: decodedPart(parsed.password),
  };
}

function parseHttp(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const parsed = new URL(text);
  return /^https?:$/.test(parsed.protocol) ? parsed : undefined;
}

function withoutCredentials({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

function decodedPart(encoded: string): string | undefined {
  if (encoded === '') return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw malformedDsn('has a % that does not stand before two hexadecimal digits of UTF-8');
  }
}

function malformedDsn(what: string): UsageError {
  return new UsageError(
    `${DSN_VARIABLE} ${what}`,
    'write http://user:pass@host:8086, with @ : / ? # % in user and password as %40 %3A %2F %3F %23 %25',
  );
}
