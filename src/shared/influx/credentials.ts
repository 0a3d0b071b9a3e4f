import { UsageError } from '../errors.js';

/** The user of a server. */
export type Credentials = { kind: 'none' } | { kind: 'token'; token: string } | Password;

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
export function toAuthorization(credentials: Credentials): Authorization {
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
  return { authorization, secrets: withoutEmpty([authorization, token, password]) };
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

function withoutEmpty(texts: readonly string[]): string[] {
  return texts.filter((text) => text !== '');
}
