import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemTimeZone } from '../../src/shared/days.js';
import { JournalBuilder } from '../builders/journal.js';
import { CLI, startCli } from '../cli.js';
import { temporaryFolder } from '../temporary-folder.js';

let journal: JournalBuilder;
beforeEach(() => {
  journal = new JournalBuilder().run({ from: '2026-03-28T10:00:00Z', to: '2026-03-29T10:00:00Z' });
});
afterEach(() => {
  journal.remove();
});

async function said(args: string[], env: Record<string, string>): Promise<string> {
  const run = startCli([...args, '--journal', journal.path], env);
  await run.ended;
  return run.stderr();
}

const RULE = { TZ: 'CET-1CEST,M3.5.0,M10.5.0/3' };
const REPORT = ['report', '--day', '2026-03-29'];

test('TZ as a rule is no zone to Node.js, and the report and the status say so', async () => {
  expect(await said(REPORT, RULE)).toBe(
    "psusage: times and days are those of UTC, and this system's clock is at +0100, in July +0200: " +
      "Node.js can't tell its time zone\nhint: name it, such as --tz Europe/Ljubljana\n",
  );
  expect(await said(['status'], RULE)).toContain('such as TZ=Europe/Ljubljana');
});

test.each([
  ['of another zone: Dhaka’s', 'BST', "Asia/Dhaka, and this system's clock is at +0000: "],
  [
    'misspelt',
    'Europe/Lubljana',
    "UTC, and there is no time zone 'Europe/Lubljana', which TZ names",
  ],
  ['of the wrong case', ':europe/berlin', "UTC, and there is no time zone 'europe/berlin', which "],
  ['half an hour off', '<+0330>-3:30', "UTC, and this system's clock is at +0330: Node.js can't"],
  ['southern', 'AEST-10AEDT,M10.1.0,M4.1.0/3', 'clock is at +1100, in July +1000: Node.js can'],
  ['a path', ':/usr/share/zoneinfo/Asia/Kolkata', "UTC, and this system's clock is at +0530: "],
])('so they do of a TZ that is %s', async (_, TZ, words) => {
  expect(await said(REPORT, { TZ })).toContain(words);
});

test.each([
  ['a zone is named by --tz', [...REPORT, '--tz', 'Europe/Berlin'], RULE],
  ['TZ names a zone', REPORT, { TZ: ':Europe/Berlin' }],
  ['TZ names it by another name', REPORT, { TZ: 'Asia/Kathmandu' }],
  ['TZ names it as a folder of zones does', REPORT, { TZ: 'posix/Europe/Berlin' }],
  ['an abbreviation means the same', REPORT, { TZ: 'CET' }],
  ['a rule says what Node.js shows', REPORT, { TZ: 'UTC0' }],
  ['TZ names UTC by another name', REPORT, { TZ: 'Zulu' }],
  ['TZ is empty', REPORT, { TZ: '' }],
  ['the system’s zone has a name', REPORT, {}],
] as const)('nothing is said where %s', async (_, args, env) => {
  expect(await said([...args], env)).toBe('');
});

test.runIf(systemTimeZone() === 'UTC')(
  'nothing is said where TZ names the link to the system’s zone (needs a system in UTC)',
  async () => {
    expect(await said(REPORT, { TZ: ':localtime' })).toBe('');
  },
);

function canMount(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/sbin/zic')) return false;
  return spawnSync('unshare', ['--mount', 'true']).status === 0;
}

test.runIf(canMount())(
  'so is another zone that is mounted on /etc/localtime, also where that is a link to UTC (needs root that may mount, and zic)',
  () => {
    const folder = temporaryFolder();
    const source = join(folder, 'source');
    writeFileSync(source, 'Zone Own/Zone 3:17 - OWN\n');
    execFileSync('/usr/sbin/zic', ['-d', folder, source]);
    const script = 'mount --bind "$0" "$(realpath /etc/localtime)" && exec "$@"';
    const report = [process.execPath, CLI, ...REPORT, '--journal', journal.path];
    const { stderr } = spawnSync(
      'unshare',
      ['--mount', 'sh', '-c', script, join(folder, 'Own/Zone'), ...report],
      { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
    );
    expect(stderr).toContain("this system's clock is at +0317");
  },
);
