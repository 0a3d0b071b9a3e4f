import { expect, test } from 'vitest';
import { nearNames } from '../../src/shared/near-names.js';

const RUNNING = [
  'systemd',
  'sshd',
  'php-fpm8.2',
  'mysqld',
  'nginx',
  'bash',
  'sh',
  'ps',
  'cron',
  '',
];

test.each([
  ['a wrong letter', 'ngimx', ['nginx']],
  ['letters left out', 'mysd', ['mysqld']],
  ['other case', 'PHP-FPM', ['php-fpm8.2']],
  ['the beginning of a name', 'mysql', ['mysqld']],
  ['a name with more around it', 'nginx.service', ['nginx']],
  ['a name and nothing like it', 'haproxy', []],
])('finds what comes close to %s', (_, program, near) => {
  expect(nearNames(program, RUNNING)).toEqual(near);
});

test('takes no process for near because its name is short or empty', () => {
  expect(nearNames('bash-completion-daemon', RUNNING)).toEqual(['bash']);
  expect(nearNames('ab', RUNNING)).toEqual([]);
});

test('names each once, nearest first, and no more than five', () => {
  const comms = [
    'worker-long-name',
    'worker1',
    'worker1',
    'worke',
    'workers22',
    'worker',
    'xworkerx',
  ];
  expect(nearNames('worker', comms)).toEqual([
    'worker',
    'worke',
    'worker1',
    'xworkerx',
    'worker-long-name',
  ]);
});
