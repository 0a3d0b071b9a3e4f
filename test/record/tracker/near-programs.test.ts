import { expect, test } from 'vitest';
import { nearPrograms } from '../../../src/record/tracker/near-programs.js';
import { programName } from '../../../src/record/tracker/program-name.js';

const RUNNING = [
  ...['systemd', 'php-fpm8.2', 'mariadbd', 'apache2', 'haproxy', 'cron', 'valkey-server'],
  ...['MainThread', 'sshd', 'memcached', 'mariadbd'],
];

test.each([
  ['mysqld', ['mariadbd']],
  ['mysql*', ['mariadbd']],
  ['httpd', ['apache2']],
  ['redis-server', ['valkey-server']],
  ['node', ['MainThread']],
  ['crond', ['cron']],
  ['memcache', ['memcached']],
  ['hapoxy', ['haproxy']],
  ['nginx', []],
])('finds for %s %j', (missing, near) => {
  expect(nearPrograms(programName(missing), RUNNING)).toEqual(near);
});

test('no more than five are told', () => {
  const running = ['mariadbd', ...Array.from({ length: 20 }, (_, at) => `mysqld${at}x`)];
  const near = nearPrograms(programName('mysqld'), running);
  expect(near).toHaveLength(5);
  expect(near[0]).toBe('mariadbd');
});
