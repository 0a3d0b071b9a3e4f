import { expect, test } from 'vitest';
import { findWarnings } from '../../../src/shared/influx/warnings.js';

function warningsFor(url: string, authorization: string | undefined): string[] {
  return findWarnings({
    server: 'influxdb',
    url,
    target: { api: 'bare' },
    authorization,
    secrets: authorization === undefined ? [] : [authorization],
  });
}

test.each([
  ['Token abc', 'the token is sent unencrypted to http://db:8086: use https if the server has it'],
  [
    'Basic Zm9vOmJhcg==',
    'the password is sent unencrypted to http://db:8086: use https if the server has it',
  ],
])('warns of %s over plain http', (authorization, warning) => {
  expect(warningsFor('http://db:8086', authorization)).toEqual([warning]);
});

test.each([
  'http://127.evil.example',
  'http://localhost.example.com',
  'http://notlocalhost',
  'http://[::2]',
  'http://128.0.0.1',
])('%s is another machine', (url) => {
  expect(warningsFor(url, 'Token abc')).toHaveLength(1);
});

test.each([
  'http://localhost:8086',
  'http://localhost.:8086',
  'http://influx.localhost/prefix',
  'http://127.0.0.1:8086',
  'http://127.1.2.3',
  'http://127.1',
  'http://[::1]:8086',
  'https://db.example.com',
])('is silent about %s', (url) => {
  expect(warningsFor(url, 'Token abc')).toEqual([]);
});

test('is silent where there is nothing to steal', () => {
  expect(warningsFor('http://db:8086', undefined)).toEqual([]);
});
