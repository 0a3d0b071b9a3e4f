import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const UNITS = 'packaging/systemd';
const SERVICES = [
  'psusage.service',
  'psusage-ship.service',
  'psusage-prune.service',
  'psusage-prometheus.service',
];

test('nothing of the recorder’s unit hides other users’ processes from ps', () => {
  const text = readFileSync(join(UNITS, 'psusage.service'), 'utf8');
  const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1];
  expect(setting('ProtectProc')).toBe('default');
  expect(setting('ProcSubset')).toBe('all');
  expect(setting('PrivateUsers')).toBe('no');
});

test('each program that a unit or the cron line starts is a command of psusage', () => {
  const files = [...SERVICES.map((each) => join(UNITS, each)), 'packaging/cron/psusage'];
  const commands = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:^ExecStart=|\* psusage )psusage (\w+)/gm)].map(
      ([, command]) => command,
    ),
  );
  expect(commands).toEqual([
    ...['record', 'ship', 'prune', 'status', 'report'],
    ...['ship', 'report'],
  ]);
});

test('the Debian package starts none of the timers, and stops each when it is removed', () => {
  const timers = readdirSync(UNITS).filter((name) => name.endsWith('.timer'));
  const named = (file: string, before: string) =>
    readFileSync(`packaging/debian/${file}`, 'utf8')
      .split('\n')
      .find((line) => line.includes(before))
      ?.match(/psusage-\w+\.timer/g);
  expect(named('rules', '--no-enable --no-start')).toEqual(timers.sort());
  expect(named('prerm', 'deb-systemd-invoke stop')).toEqual(timers);
});
