import { closeSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCli } from './cli.js';
import { canBecomeNobody } from './shared/journal/other-process.js';
import { temporaryFolder } from './temporary-folder.js';

/** A uid that no list of users has. */
const UNKNOWN_UID = 54_321;
const AS_UNKNOWN = { cwd: '/', uid: UNKNOWN_UID, gid: UNKNOWN_UID };

test.runIf(canBecomeNobody())(
  'a user whom the system does not know has to name a journal, and nothing else (needs root, and a checkout that others may enter)',
  async () => {
    const journal = join(temporaryFolder(), 'psusage.db');
    const version = startCli(['--version'], {}, AS_UNKNOWN);
    expect(await version.ended).toBe(0);
    const named = startCli(['report', '--journal', journal], {}, AS_UNKNOWN);
    expect(await named.ended).toBe(1);
    expect(named.stderr()).toContain(journal);
    const unnamed = startCli(['report'], {}, AS_UNKNOWN);
    expect(await unnamed.ended).toBe(2);
    expect(unnamed.stderr()).toBe(
      `psusage: uid ${UNKNOWN_UID} has no home folder for a journal\nhint: name a file with --journal\n`,
    );
  },
);

test.each(['record', 'report'])('%s refuses an empty journal, and makes nothing', async (name) => {
  const folder = temporaryFolder();
  const flag = startCli([name, '--journal', ''], {}, { cwd: folder });
  expect(await flag.ended).toBe(2);
  expect(flag.stderr()).toContain('psusage: the journal’s path is empty\nhint: ');
  const variable = startCli([name], { PSUSAGE_JOURNAL: '' }, { cwd: folder });
  expect(await variable.ended).toBe(2);
  expect(readdirSync(folder)).toEqual([]);
});

test('what is wrong is said in a line without anything that moves the cursor', async () => {
  const run = startCli(['report', '--journal', `${temporaryFolder()}/a\n\u{1b}[2Jb.db`]);
  expect(await run.ended).toBe(1);
  expect(run.stderr()).toMatch(/^psusage: .*\/a\u{fffd}\u{fffd}\[2Jb\.db.*\nhint: .*\n$/u);
});

test('a warning of another command’s table has nothing that moves the cursor either', async () => {
  const config = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(config, '[record]\n"\\u001b[2J" = 1\n');
  const run = startCli(['status', '--config', config, '--journal', '/no/such.db']);
  expect(await run.ended).toBe(1);
  expect(run.stderr()).toMatch(/^psusage: warning: .*'\u{fffd}\[2J' in \[record\]\n/u);
});

test('a report of one user is not silently one of another where a second is named', async () => {
  const report = startCli(['report', '--user', 'foo_com', '--user', 'bar_org'], { TERM: 'dumb' });
  expect(await report.ended).toBe(2);
  expect(report.stderr()).toContain("a pattern such as 'shop*' names several users");
});

test('a flag’s variable may hold no but not nonsense', async () => {
  const journal = join(temporaryFolder(), 'psusage.db');
  const args = ['record', 'no-such-program', '--for', '1s', '--journal', journal];
  const no = startCli(args, { PSUSAGE_NO_FORKS: 'no' });
  expect(await no.ended).toBe(0);
  const nonsense = startCli(args, { PSUSAGE_NO_FORKS: 'maybe' });
  expect(await nonsense.ended).toBe(2);
  expect(nonsense.stderr()).toContain('psusage: PSUSAGE_NO_FORKS must be 1 or 0');
});

test('the help says how a list stands in a variable, and where the journal is', async () => {
  const help = startCli(['--help']);
  expect(await help.ended).toBe(0);
  expect(help.stdout()).toContain('PSUSAGE_USER=foo_com,bar_org');
  expect(help.stdout()).toContain('/var/lib/psusage/psusage.db for root');
});

test.each(['record', 'report', 'ship'])(
  'the help of %s names the options of every command, and where they are explained',
  async (name) => {
    const help = startCli([name, '--help']);
    expect(await help.ended).toBe(0);
    expect(help.stdout()).toMatch(/--journal, --host, --config, --log-level \(psusage --help\)/);
  },
);

test.each([
  { args: ['--bogus'], help: 'psusage --help' },
  { args: ['reprot'], help: 'psusage --help' },
  { args: ['report', '--bogus'], help: 'psusage report --help' },
  { args: ['ship', '--journal', '', '--bogus'], help: 'psusage ship --help' },
  { args: ['report', '--top', 'ten'], help: 'psusage report --help' },
])('wrong usage, as $args, ends with 2 and says which help there is', async ({ args, help }) => {
  const run = startCli(args);
  expect(await run.ended).toBe(2);
  expect(run.stderr()).toMatch(new RegExp(`^psusage: .*\n(.*\n)?hint: ${help} .*\n$`));
});

test.each([
  ['url = "http://x"', 'it belongs below [ship] or [report] or [influx]'],
  ['[record]\nbatch = 1', 'it belongs below [ship]'],
  ['[record]\nhost = "x"', 'it belongs above all tables'],
  [
    '[influx]\nuser = "x"',
    'did you mean username? Else it belongs below [record] or [report] or [top]',
  ],
  ['[record.ship]\nurl = "x"', 'it is a table of its own: [ship]'],
])('a command tells of any key where it belongs: %j', async (toml, hint) => {
  const config = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(config, toml);
  for (const args of [
    ['record', '--for', '1s'],
    ['config', 'check'],
  ]) {
    const run = startCli([...args, '--config', config]);
    expect(await run.ended).toBe(2);
    expect(run.stderr().split('\n')[1]).toBe(`hint: ${hint}`);
  }
});

test('every command says why it could not write its output', async () => {
  const journal = join(temporaryFolder(), 'psusage.db');
  await startCli(['record', 'no-such-program', '--for', '1s', '--journal', journal]).ended;
  const full = openSync('/dev/full', 'w');
  try {
    for (const args of [
      ['--version'],
      ['--help'],
      ['completion', 'bash'],
      ['report', '--journal', journal],
      ['report', '--journal', journal, '--format', 'html', '--output', '-'],
      ['status', '--journal', journal],
    ]) {
      const run = startCli(args, {}, { stdout: full });
      expect(await run.ended, args.join(' ')).toBe(1);
      expect(run.stderr(), args.join(' ')).toBe(
        'psusage: cannot write to stdout: ENOSPC: no space left on device, write\n',
      );
    }
  } finally {
    closeSync(full);
  }
});

test('a command that comes to an end before it is done has failed', async () => {
  const preload = join(temporaryFolder(), 'unref.cjs');
  // So the process ends in the middle of a wait.
  const unref = `const start = setTimeout; globalThis.setTimeout = (...of) => start(...of).unref();`;
  writeFileSync(preload, unref);
  const journal = join(temporaryFolder(), 'psusage.db');
  const env = { NODE_OPTIONS: `--require=${preload}` };
  const run = startCli(['record', '--for', '1m', '--journal', journal], env);
  expect(await run.ended).toBe(1);
});
