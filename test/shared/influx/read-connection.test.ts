import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/shared/errors.js';
import { type Connection, createRedactor } from '../../../src/shared/influx/connection.js';
import type { ConnectionOptions } from '../../../src/shared/influx/connection-options.js';
import { readConnection } from '../../../src/shared/influx/read-connection.js';
import { temporaryFolder } from '../../temporary-folder.js';

type Given = Partial<ConnectionOptions>;
type Environment = Record<string, string>;

const URL_AND_DATABASE = { url: 'http://db:8086', database: 'psusage' };
const DSN = 'INFLUXDB_PSUSAGE_DSN';

function read(given: Given, env: Environment = {}): Connection {
  return readConnection({ server: 'influxdb', ...given }, env);
}

function refusalOf(given: Given, env: Environment = {}): UsageError {
  try {
    read(given, env);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function secretFile(secret: string): string {
  const path = join(temporaryFolder(), 'secret');
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  return path;
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

describe('which server is meant', () => {
  test('shows what to write where none is named', () => {
    const { message, hint } = refusalOf({});
    expect(message).toBe('no server is given');
    expect(hint).toContain('--url http://localhost:8086 --database psusage');
    expect(hint).toContain('--org my-org --bucket psusage --token-file');
    expect(refusalOf({ url: '' }, { [DSN]: ' ' }).message).toBe('no server is given');
  });

  test.each([
    ['http://db:8086', 'http://db:8086'],
    ['https://db.example.com/', 'https://db.example.com'],
    ['https://db.example.com:443', 'https://db.example.com'],
    ['http://db:8086/influx/', 'http://db:8086/influx'],
    ['HTTP://DB:8086//', 'http://db:8086'],
    ['http://[::1]:8086', 'http://[::1]:8086'],
  ])('%s is %s', (url, expected) => {
    expect(read({ ...URL_AND_DATABASE, url }).url).toBe(expected);
  });

  test.each(['db', 'localhost:8086', '10.0.0.1:8086', 'udp://db:8089', 'http://', 'http://db:x'])(
    'refuses %s',
    (url) => {
      const { message, hint } = refusalOf({ ...URL_AND_DATABASE, url });
      expect(message).toBe(`'${url}' is not an http or https URL`);
      expect(hint).toContain('--url http://localhost:8086');
    },
  );

  test.each(['http://db:8086/?db=psusage', 'http://db:8086#psusage'])(
    'refuses what stands behind the path of %s',
    (url) => {
      const { message } = refusalOf({ ...URL_AND_DATABASE, url });
      expect(message).toBe('the URL may have only a server and a path');
    },
  );

  test.each([
    'http://foo:s3cr3t@db:8086',
    'http://foo@db:8086',
    'http://:s3cr3t@db:8086',
    'foo:s3cr3t@db:8086',
    'http://foo:80/s3cr3t@db:8086',
    'http://foo:80#s3cr3t@db:8086',
  ])('refuses the credentials in %s and does not repeat them', (url) => {
    const { message, hint } = refusalOf({ ...URL_AND_DATABASE, url });
    expect(message).toContain('everyone could see on the command line');
    expect(hint).toContain('--password-file');
    expect(hint).toContain(DSN);
    expect(`${message} ${hint ?? ''}`).not.toContain('s3cr3t');
  });
});

describe('what is written to', () => {
  test('a database is one of InfluxDB 1.x', () => {
    expect(read(URL_AND_DATABASE).target).toEqual({ api: 'v1', database: 'psusage' });
  });

  test('a bucket needs no organisation, since not every server has one', () => {
    const url = 'http://db:8086';
    expect(read({ url, bucket: 'b' }).target).toEqual({ api: 'v2', org: '-', bucket: 'b' });
    expect(read({ url, bucket: 'b', org: 'a' }).target).toEqual({
      api: 'v2',
      org: 'a',
      bucket: 'b',
    });
  });

  test('VictoriaMetrics needs neither', () => {
    const vm: Given = { server: 'victoriametrics', url: 'http://vm:8428' };
    expect(read(vm)).toEqual({
      server: 'victoriametrics',
      url: 'http://vm:8428',
      target: { api: 'bare' },
      authorization: undefined,
      secrets: [],
    });
    expect(read({ ...vm, database: 'a' }).target).toEqual({ api: 'v1', database: 'a' });
    expect(read({ ...vm, bucket: 'b' }).target).toEqual({ api: 'v2', org: '-', bucket: 'b' });
  });

  test.each<[string, Given, string]>([
    ['no target', {}, 'neither a bucket nor a database is given'],
    ['empty names', { bucket: '', database: ' ' }, 'neither a bucket nor a database is given'],
    ['two targets', { bucket: 'b', database: 'd' }, 'both a bucket and a database are given'],
    ['an organisation alone', { org: 'a' }, 'an organisation is given without a bucket'],
    [
      'an organisation of a database',
      { org: 'a', database: 'd' },
      'an organisation is given without a bucket',
    ],
  ])('refuses %s', (_, given, words) => {
    const { message, hint } = refusalOf({ url: 'http://db:8086', ...given });
    expect(message).toBe(words);
    expect(hint).toContain('--bucket psusage');
  });

  test('an empty name takes away what a weaker place says', () => {
    expect(read({ ...URL_AND_DATABASE, bucket: '', org: '' }).target).toEqual({
      api: 'v1',
      database: 'psusage',
    });
  });
});

describe('who writes', () => {
  test('nobody, where the server does not ask', () => {
    expect(read({ url: 'http://db:8086', bucket: 'b' }).authorization).toBeUndefined();
  });

  test('a token from a file is stronger than one from the environment', () => {
    const env = { PSUSAGE_INFLUX_TOKEN: 'weaker' };
    expect(read(URL_AND_DATABASE, env).authorization).toBe('Token weaker');
    const given = { ...URL_AND_DATABASE, tokenFile: secretFile('stronger') };
    expect(read(given, env).authorization).toBe('Token stronger');
  });

  test('a password from a file is stronger than one from the environment', () => {
    const env = { PSUSAGE_INFLUX_PASSWORD: 'weaker' };
    const given = { ...URL_AND_DATABASE, username: 'foo' };
    expect(read(given, env).authorization).toBe(basic('foo', 'weaker'));
    const withFile = { ...given, passwordFile: secretFile('stronger') };
    expect(read(withFile, env).authorization).toBe(basic('foo', 'stronger'));
  });

  test('a file that is named must be there, whatever the environment says', () => {
    const tokenFile = join(temporaryFolder(), 'none');
    const { message } = refusalOf(
      { ...URL_AND_DATABASE, tokenFile },
      { PSUSAGE_INFLUX_TOKEN: 'abc' },
    );
    expect(message).toBe(`there is no file at ${tokenFile}`);
  });

  test('a password may have any letters', () => {
    const given = { ...URL_AND_DATABASE, username: 'žiga', passwordFile: secretFile('geslo: č') };
    expect(read(given).authorization).toBe('Basic xb5pZ2E6Z2VzbG86IMSN');
  });

  test.each<[string, Given, Environment, string]>([
    ['a user without a password', { username: 'foo' }, {}, 'a user is given without a password'],
    [
      'a password without a user',
      {},
      { PSUSAGE_INFLUX_PASSWORD: 's3cr3t' },
      'a password is given without a user',
    ],
    [
      'a token and a user',
      { username: 'foo' },
      { PSUSAGE_INFLUX_TOKEN: 's3cr3t' },
      'both a token and a user are given',
    ],
    [
      'a token and a password',
      {},
      { PSUSAGE_INFLUX_TOKEN: 's3cr3t', PSUSAGE_INFLUX_PASSWORD: 's3cr3t' },
      'both a token and a password are given',
    ],
    [
      'a user with a colon',
      { username: 'foo:bar' },
      { PSUSAGE_INFLUX_PASSWORD: 's3cr3t' },
      'the user name has a colon in it',
    ],
    [
      'a user with a control character',
      { username: 'foo\u{7}bar' },
      { PSUSAGE_INFLUX_PASSWORD: 's3cr3t' },
      'the user name has a control character in it',
    ],
    [
      'a token of two lines',
      {},
      { PSUSAGE_INFLUX_TOKEN: 's3cr3t\nX-Other: 1' },
      'the token has a control character in it',
    ],
    [
      'a password with a tab',
      { username: 'foo' },
      { PSUSAGE_INFLUX_PASSWORD: 's3cr3t\tx' },
      'the password has a control character in it',
    ],
    [
      'a token that no header can hold',
      {},
      { PSUSAGE_INFLUX_TOKEN: 's3cr3tč' },
      'the token has a character that is not ASCII',
    ],
  ])('refuses %s', (_, given, env, words) => {
    const { message, hint } = refusalOf({ ...URL_AND_DATABASE, ...given }, env);
    expect(message).toContain(words);
    expect(`${message} ${hint ?? ''}`).not.toContain('s3cr3t');
  });

  test('nothing that a server repeats of it is shown', () => {
    const token = read(URL_AND_DATABASE, { PSUSAGE_INFLUX_TOKEN: 'foo:s3cr3t' });
    const password = read(
      { ...URL_AND_DATABASE, username: 'foo' },
      { PSUSAGE_INFLUX_PASSWORD: 's3cr3t' },
    );
    for (const connection of [token, password]) {
      const said = `got '${connection.authorization ?? ''}', user foo, password s3cr3t, ${btoa('foo:s3cr3t')}`;
      const shown = createRedactor(connection)(said);
      expect(shown).toContain("got '…', user foo, password …, ");
      expect(shown).not.toContain('s3cr3t');
    }
    expect(createRedactor(password)(btoa('foo:s3cr3t'))).toBe('…');
  });
});

describe('the older tool’s variable', () => {
  const env = { [DSN]: 'http://foo:s3cr3t@db:8086' };

  test('names server, user and password; the database is psusage', () => {
    expect(read({}, env)).toMatchObject({
      url: 'http://db:8086',
      target: { api: 'v1', database: 'psusage' },
      authorization: basic('foo', 's3cr3t'),
    });
  });

  test('may stand without a user, and with a path', () => {
    const { url, authorization } = read({}, { [DSN]: 'https://db.example.com/influx/' });
    expect(url).toBe('https://db.example.com/influx');
    expect(authorization).toBeUndefined();
  });

  test('another database or a bucket may be named', () => {
    expect(read({ database: 'other' }, env).target).toEqual({ api: 'v1', database: 'other' });
    expect(read({ bucket: 'b' }, env).target).toEqual({ api: 'v2', org: '-', bucket: 'b' });
  });

  test('is not asked where there is a URL, neither for a user', () => {
    const { url, authorization } = read({ url: 'http://other', database: 'd' }, env);
    expect(url).toBe('http://other');
    expect(authorization).toBeUndefined();
    expect(refusalOf({ url: 'http://other' }, env).message).toContain('neither a bucket');
  });

  test('another user or a token may be named', () => {
    const other = { ...env, PSUSAGE_INFLUX_PASSWORD: 'other' };
    expect(read({ username: 'bar' }, other).authorization).toBe(basic('bar', 'other'));
    expect(read({}, { ...env, PSUSAGE_INFLUX_TOKEN: 'abc' }).authorization).toBe('Token abc');
  });

  test('holds any user and password, percent-encoded', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((each) => !/[\p{Cc}\p{Cs}]/u.test(each));
    const user = text.filter((each) => !each.includes(':'));
    fc.assert(
      fc.property(user, text, (username, password) => {
        const dsn = `http://${encodeURIComponent(username)}:${encodeURIComponent(password)}@db:8086`;
        const { url, authorization } = read({}, { [DSN]: dsn });
        expect(url).toBe('http://db:8086');
        expect(authorization).toBe(basic(username, password));
      }),
    );
  });

  test.each([
    ['udp://foo:s3cr3t@db:8089', 'is not an http or https URL'],
    ['foo:s3cr3t@db:8086', 'is not an http or https URL'],
    ['http://foo:s3cr3t/x@db:8086', 'is not an http or https URL'],
    ['http://foo:80/s3cr3t@db:8086', 'has more than a user, a password, a server and a path'],
    ['http://foo:80#s3cr3t@db:8086', 'has more than a user, a password, a server and a path'],
    ['http://foo:s3cr3t@db:8086?db=x', 'has more than a user, a password, a server and a path'],
    ['http://foo:s3cr3t%@db:8086', 'has a % that does not stand before two hexadecimal digits'],
    ['http://foo:s3cr3t%e8@db:8086', 'has a % that does not stand before two hexadecimal digits'],
    ['http://foo@db:8086', 'has a user without a password'],
    ['http://:s3cr3t@db:8086', 'has a password without a user'],
  ])('refuses %s and does not repeat it', (dsn, words) => {
    const { message, hint } = refusalOf({}, { [DSN]: dsn });
    expect(message).toContain(`${DSN} ${words}`);
    expect(hint).toContain('http://user:pass@host:8086');
    expect(`${message} ${hint ?? ''}`).not.toContain('s3cr3t');
  });
});
