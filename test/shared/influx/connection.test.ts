import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Connection,
  formatDestination,
  createRedactor,
  type Target,
  writePath,
} from '../../../src/shared/influx/connection.js';

function connectionTo(target: Target, secrets: string[] = []): Connection {
  return {
    server: 'influxdb',
    url: 'http://db:8086',
    target,
    authorization: secrets[0],
    secrets,
  };
}

const redact = (secrets: string[], text: string) =>
  createRedactor(connectionTo({ api: 'bare' }, secrets))(text);

test.each<[Target, string, string]>([
  [
    { api: 'v2', org: 'a', bucket: 'b' },
    'http://db:8086 org a bucket b',
    '/api/v2/write?org=a&bucket=b&precision=ms',
  ],
  [
    { api: 'v2', org: 'a & b', bucket: 'db/autogen' },
    'http://db:8086 org a & b bucket db/autogen',
    '/api/v2/write?org=a%20%26%20b&bucket=db%2Fautogen&precision=ms',
  ],
  [
    { api: 'v1', database: 'psusage' },
    'http://db:8086 database psusage',
    '/write?db=psusage&precision=ms',
  ],
  [
    { api: 'v1', database: 'a&b=č' },
    'http://db:8086 database a&b=č',
    '/write?db=a%26b%3D%C4%8D&precision=ms',
  ],
  [{ api: 'bare' }, 'http://db:8086', '/api/v2/write?precision=ms'],
])('%j is told and written to', (target, destination, path) => {
  const connection = connectionTo(target, ['secret']);
  expect(formatDestination(connection)).toBe(destination);
  expect(writePath(connection)).toBe(path);
});

test('a VictoriaMetrics is another destination than an InfluxDB with the same address', () => {
  const influxdb = connectionTo({ api: 'v1', database: 'psusage' });
  expect(formatDestination({ ...influxdb, server: 'victoriametrics' })).toBe(
    'http://db:8086 database psusage of VictoriaMetrics',
  );
});

test('what a server says is repeated without secrets', () => {
  const secrets = ['Token s3cr3t', 's3cr3t'];
  expect(redact(secrets, 'no such header: Token s3cr3t; no such token: s3cr3t')).toBe(
    'no such header: …; no such token: …',
  );
  expect(redact([], 'unauthorized access')).toBe('unauthorized access');
});

test('a secret is known in a URL and in JSON too', () => {
  expect(redact(['p@ss"word'], '/write?p=p%40ss%22word {"error":"p@ss\\"word"}')).toBe(
    '/write?p=… {"error":"…"}',
  );
});

test('a secret that is part of another leaves no rest of it', () => {
  expect(redact(['pass', 'password'], 'my password')).toBe('my …');
});

test('a secret is no pattern', () => {
  expect(redact(['.*'], 'a.b .*')).toBe('a.b …');
});

test('no secret is left, whatever it is and wherever it stands', () => {
  const secret = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((each) => !each.includes('…'));
  const secrets = fc.array(secret, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(secrets, fc.array(fc.string()), fc.nat(), (all, words, at) => {
      const said = words.flatMap((word, index) => [
        word,
        all[(index + at) % all.length] ?? '',
        encodeURIComponent(all[index % all.length] ?? ''),
      ]);
      const redacted = redact(all, said.join(''));
      for (const each of all) {
        expect(redacted).not.toContain(each);
        expect(redacted).not.toContain(encodeURIComponent(each));
      }
    }),
  );
});
