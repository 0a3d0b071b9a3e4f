import { UsageError } from '../errors.js';
import type { Connection, ServerKind, Target } from './connection.js';
import type { ConnectionOptions } from './connection-options.js';
import { readSecretFile } from './secret-file.js';
import { DSN_VARIABLE, readDsn, readServerUrl } from './server-url.js';

/** Variables that are no option's, because they hold secrets; the rest of the environment is not read. */
type Environment = Readonly<Record<string, string | undefined>>;

const V1 = '--database psusage';
const V2 = '--org my-org --bucket psusage --token-file /etc/psusage.token';
const URL_FLAG = '--url http://localhost:8086';

/** InfluxDB 3 and 1.8 ignore the organisation, but their servers or clients want one. */
const ANY_ORG = '-';

/** The older tool had no other. */
const DSN_DATABASE = 'psusage';

/**
 * Determines the server, its database or bucket, and the user.
 *
 * A URL counts for more than `INFLUXDB_PSUSAGE_DSN`, whose user and password go with it. A token or
 * password from a file counts for more than one from the environment, both for more than the DSN's.
 * White space around a secret is not part of it, except in the DSN.
 *
 * @throws UsageError when something is missing, contradictory, or can't be sent
 */
export function readConnection(options: ConnectionOptions, env: Environment): Connection {
  const given = withoutEmpty(options);
  const place = readPlace(given, env);
  const named = namedCredentials(given, env);
  return {
    server: options.server,
    url: place.url,
    target: readTarget(options.server, given, place.database),
    ...toAuthorization(named.kind === 'none' ? place.credentials : named),
  };
}

type Given = Omit<ConnectionOptions, 'server'>;

function withoutEmpty({ url, org, bucket, database, ...rest }: ConnectionOptions): Given {
  return {
    url: nonEmpty(url),
    org: nonEmpty(org),
    bucket: nonEmpty(bucket),
    database: nonEmpty(database),
    username: nonEmpty(rest.username),
    tokenFile: nonEmpty(rest.tokenFile),
    passwordFile: nonEmpty(rest.passwordFile),
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** A server, and what is implied by how it is named. */
interface Place {
  url: string;
  /** The database where none is named. */
  database: string | undefined;
  /** Those where no others are named. */
  credentials: Credentials;
}

function readPlace({ url }: Given, env: Environment): Place {
  if (url !== undefined) {
    return { url: readServerUrl(url), database: undefined, credentials: { kind: 'none' } };
  }
  const text = nonEmpty(env[DSN_VARIABLE]);
  if (text === undefined) {
    throw new UsageError(
      'no server is given',
      `${URL_FLAG} ${V1} for InfluxDB 1.x, ${URL_FLAG} ${V2} for InfluxDB 2, 3 and Cloud`,
    );
  }
  const dsn = readDsn(text);
  return {
    url: dsn.url,
    database: DSN_DATABASE,
    credentials: readPassword(dsn.username, dsn.password, {
      noPassword: `${DSN_VARIABLE} has a user without a password`,
      noUsername: `${DSN_VARIABLE} has a password without a user`,
      hint: `${DSN_VARIABLE}=http://user:pass@host:8086`,
    }),
  };
}

function readTarget(
  server: ServerKind,
  { org, bucket, database }: Given,
  impliedDatabase: string | undefined,
): Target {
  if (bucket !== undefined && database !== undefined) {
    throw new UsageError(
      'both a bucket and a database are given',
      `${V1} for InfluxDB 1.x, ${V2} for InfluxDB 2, 3 and Cloud; an empty value removes one`,
    );
  }
  if (bucket !== undefined) return { api: 'v2', org: org ?? ANY_ORG, bucket };
  if (org !== undefined) {
    throw new UsageError(
      'an organisation is given without a bucket',
      `--org ${org} --bucket psusage`,
    );
  }
  const named = database ?? impliedDatabase;
  if (named !== undefined) return { api: 'v1', database: named };
  if (server === 'victoriametrics') return { api: 'bare' };
  throw new UsageError(
    'neither a bucket nor a database is given',
    `${V1} for InfluxDB 1.x, ${V2} for InfluxDB 2, 3 and Cloud`,
  );
}

/** Those of options and environment. A named file is read, whatever the environment holds. */
function namedCredentials(
  { username, tokenFile, passwordFile }: Given,
  env: Environment,
): Credentials {
  const token = readSecret(tokenFile, env['PSUSAGE_INFLUX_TOKEN']);
  const password = readSecret(passwordFile, env['PSUSAGE_INFLUX_PASSWORD']);
  if (token === undefined) {
    return readPassword(username, password, {
      noPassword: 'a user is given without a password',
      noUsername: 'a password is given without a user',
      hint: '--username foo, with --password-file <file> or PSUSAGE_INFLUX_PASSWORD',
    });
  }
  if (username === undefined && password === undefined) return { kind: 'token', token };
  throw new UsageError(
    `both a token and a ${username === undefined ? 'password' : 'user'} are given`,
    'use --token-file or PSUSAGE_INFLUX_TOKEN, or else --username with --password-file or PSUSAGE_INFLUX_PASSWORD',
  );
}

function readSecret(file: string | undefined, variable: string | undefined): string | undefined {
  return file === undefined ? nonEmpty(variable) : readSecretFile(file);
}

/** A user and a password, or neither. */
function readPassword(
  username: string | undefined,
  password: string | undefined,
  otherwise: { noPassword: string; noUsername: string; hint: string },
): Credentials {
  if (username === undefined && password === undefined) return { kind: 'none' };
  if (password === undefined) throw new UsageError(otherwise.noPassword, otherwise.hint);
  if (username === undefined) throw new UsageError(otherwise.noUsername, otherwise.hint);
  return { kind: 'password', username, password };
}

/** The user of a server. */
type Credentials = { kind: 'none' } | { kind: 'token'; token: string } | Password;

interface Password {
  kind: 'password';
  username: string;
  password: string;
}

/** What a connection sends, and the part of it that must never be shown. */
interface Authorization {
  authorization: string | undefined;
  secrets: readonly string[];
}

/** Control characters and halves of characters: a header or UTF-8 has no place for them. */
const UNSENDABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * The header that identifies the user.
 *
 * @throws UsageError when a header can't hold it
 */
function toAuthorization(credentials: Credentials): Authorization {
  switch (credentials.kind) {
    case 'none':
      return { authorization: undefined, secrets: [] };
    case 'token':
      return tokenHeader(credentials.token);
    case 'password':
      return basicHeader(credentials);
  }
}

function tokenHeader(token: string): Authorization {
  assertSendable('token', token);
  if (/[^ -~]/.test(token)) {
    throw new UsageError(
      'the token has a character that is not ASCII',
      'copy it from the server again; InfluxDB 1.8 takes such passwords with --database, --username and --password-file',
    );
  }
  const authorization = `Token ${token}`;
  // InfluxDB 1.8 takes user:pass for a token.
  const password = token.split(':').slice(1).join(':');
  return { authorization, secrets: [authorization, token, password].filter((text) => text !== '') };
}

function basicHeader({ username, password }: Password): Authorization {
  assertSendable('user name', username);
  assertSendable('password', password);
  if (username.includes(':')) {
    throw new UsageError('the user name has a colon in it, which separates it from the password');
  }
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  const authorization = `Basic ${encoded}`;
  return { authorization, secrets: [authorization, encoded, password] };
}

function assertSendable(what: string, text: string): void {
  if (!UNSENDABLE.test(text)) return;
  throw new UsageError(`the ${what} has a control character in it, such as a tab or a line break`);
}
