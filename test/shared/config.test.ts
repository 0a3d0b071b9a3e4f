import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { expect, test, vi } from 'vitest';
import {
  applyConfig,
  checkConfig,
  DEFAULT_CONFIG_PATH,
  type SharedTables,
} from '../../src/shared/config.js';
import { UsageError } from '../../src/shared/errors.js';
import { temporaryFolder } from '../temporary-folder.js';

interface Ran {
  options: Record<string, unknown>;
  programs: string[];
}

const SHARED_TABLES: SharedTables = new Map([['server', () => Promise.resolve(serverOptions())]]);

function serverOptions(): Option[] {
  return [
    new Option('--url <url>').env('TEST_URL'),
    new Option('--kind <kind>').choices(['a', 'b']).default('a'),
    new Option('--no-check'),
  ];
}

/** A program with one option of each kind, wired to its config file as psusage is. */
function newProgram(whenRun: (ran: Ran) => void): Command {
  const root = new Command('psusage')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .version('1.2.3')
    .addOption(new Option('--journal <path>').env('TEST_JOURNAL').default('/default'))
    .addOption(new Option('--config <file>').env('TEST_CONFIG'))
    .addOption(new Option('--log-level <level>').choices(['info', 'warn']).default('info'))
    .hook('preAction', async (self, command) => {
      const named = self.getOptionValue('config') as string | undefined;
      await applyConfig(self, command, named, SHARED_TABLES);
    });
  root
    .command('record')
    .argument('[program...]')
    .addOption(new Option('--interval <ms>').env('TEST_INTERVAL').argParser(wholeNumber).default(1))
    .addOption(new Option('--no-forks'))
    .addOption(new Option('--quiet'))
    .addOption(new Option('--user <name>').env('TEST_USER').argParser(collect).default([]))
    .addOption(new Option('--tag <tag...>'))
    .action((programs: string[], _: unknown, command: Command) => {
      whenRun({ options: command.optsWithGlobals(), programs });
    });
  const send = root.command('send').action((_: unknown, command: Command) => {
    whenRun({ options: command.optsWithGlobals(), programs: [] });
  });
  for (const option of serverOptions()) send.addOption(option);
  root
    .command('show')
    .argument('[file]')
    .action((file: string | undefined, _: unknown, command: Command) => {
      whenRun({ options: command.optsWithGlobals(), programs: file === undefined ? [] : [file] });
    });
  return root;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError(`'${text}' is not a whole number`);
  return Number(text);
}

function collect(name: string, names: string[] | undefined): string[] {
  return [...(names ?? []), name];
}

function configFile(toml: string): string {
  const path = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(path, toml);
  return path;
}

/** Runs the program with a config file of this text. */
async function run(
  toml: string,
  args = ['record'],
  env: Record<string, string> = {},
): Promise<Ran> {
  return runWith(['--config', configFile(toml), ...args], env);
}

async function runWith(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  let ran: Ran | undefined;
  try {
    await newProgram((each) => (ran = each)).parseAsync(args, { from: 'user' });
  } finally {
    vi.unstubAllEnvs();
  }
  if (ran === undefined) throw new Error('the command did not run');
  return ran;
}

async function failureOf(toml: string, args?: string[]): Promise<UsageError> {
  const error: unknown = await run(toml, args).catch((reason: unknown) => reason);
  if (error instanceof UsageError) return error;
  throw new Error('it was not refused', { cause: error });
}

test('a default holds where nothing else says anything', async () => {
  const { options, programs } = await run('');
  expect(options).toMatchObject({ journal: '/default', interval: 1, forks: true, user: [] });
  expect(programs).toEqual([]);
});

test('the file is stronger than the default', async () => {
  const { options } = await run('journal = "/file"\n[record]\ninterval = 2');
  expect(options).toMatchObject({ journal: '/file', interval: 2 });
});

test('the environment is stronger than the file', async () => {
  const env = { TEST_JOURNAL: '/env', TEST_INTERVAL: '3' };
  const { options } = await run('journal = "/file"\n[record]\ninterval = 2', ['record'], env);
  expect(options).toMatchObject({ journal: '/env', interval: 3 });
});

test('a flag is stronger than the environment, also where it says the default', async () => {
  const env = { TEST_JOURNAL: '/env', TEST_INTERVAL: '3' };
  const args = ['--journal', '/default', 'record', '--interval', '1'];
  const { options } = await run('journal = "/file"\n[record]\ninterval = 2', args, env);
  expect(options).toMatchObject({ journal: '/default', interval: 1 });
});

test('the environment may name the file', async () => {
  const { options } = await runWith(['record'], { TEST_CONFIG: configFile('journal = "/file"') });
  expect(options).toMatchObject({ journal: '/file' });
});

test('what starts with no- is set by true and false', async () => {
  expect((await run('[record]\nforks = false')).options).toMatchObject({ forks: false });
  expect((await run('[record]\nforks = true')).options).toMatchObject({ forks: true });
  const withFlag = await run('[record]\nforks = true', ['record', '--no-forks']);
  expect(withFlag.options).toMatchObject({ forks: false });
  expect((await failureOf('[record]\nno-forks = true')).message).toContain(
    "unknown key 'no-forks'",
  );
});

test('a plain flag is set by true and false', async () => {
  expect((await run('[record]\nquiet = true')).options).toMatchObject({ quiet: true });
  expect((await run('[record]\nquiet = false')).options).toMatchObject({ quiet: false });
});

test('an option that may be repeated takes one value or a list, of texts and numbers', async () => {
  expect((await run('[record]\nuser = "a"')).options).toMatchObject({ user: ['a'] });
  const { options } = await run('[record]\nuser = ["a", 1001]\ntag = ["x", "y"]');
  expect(options).toMatchObject({ user: ['a', '1001'], tag: ['x', 'y'] });
  expect((await run('[record]\nuser = []')).options).toMatchObject({ user: [] });
});

test('a list in the file is replaced by the command line, not added to', async () => {
  const { options } = await run('[record]\nuser = ["a", "b"]', ['record', '--user', 'c']);
  expect(options).toMatchObject({ user: ['c'] });
});

test('arguments may stand in the file, unless the command line has some', async () => {
  const toml = '[record]\nprograms = ["php-fpm", "mysqld"]';
  expect((await run(toml)).programs).toEqual(['php-fpm', 'mysqld']);
  expect((await run(toml, ['record', 'nginx'])).programs).toEqual(['nginx']);
  expect((await run('[record]\nprograms = "php-fpm"')).programs).toEqual(['php-fpm']);
  expect((await run('[show]\nfile = "a"', ['show'])).programs).toEqual(['a']);
});

test('a table is for its command alone', async () => {
  const toml = '[record]\ninterval = 2\nprograms = ["x"]';
  const { options, programs } = await run(toml, ['show']);
  expect(options).not.toHaveProperty('interval');
  expect(programs).toEqual([]);
});

test('a shared table is for every command that has its options', async () => {
  const toml = '[server]\nurl = "/shared"\nkind = "b"\ncheck = false';
  const { options } = await run(toml, ['send']);
  expect(options).toMatchObject({ url: '/shared', kind: 'b', check: false });
  expect((await run(toml, ['show'])).options).not.toHaveProperty('url');
});

test.each([
  ['before', '[send]\nurl = "/own"\n[server]\nurl = "/shared"\nkind = "b"'],
  ['after', '[server]\nurl = "/shared"\nkind = "b"\n[send]\nurl = "/own"'],
])('a command’s own table is stronger than a shared one, also %s it', async (_, toml) => {
  expect((await run(toml, ['send'])).options).toMatchObject({ url: '/own', kind: 'b' });
});

test('flags and the environment are stronger than a shared table', async () => {
  const toml = '[server]\nurl = "/shared"';
  const env = { TEST_URL: '/env' };
  expect((await run(toml, ['send'], env)).options).toMatchObject({ url: '/env' });
  const withFlag = await run(toml, ['send', '--url', '/flag'], env);
  expect(withFlag.options).toMatchObject({ url: '/flag' });
});

test.each([['send'], ['show']])('%s checks a shared table', async (command) => {
  const unknown = await failureOf('[server]\nuri = "/x"', [command]);
  expect(unknown.message).toMatch(/psusage\.toml: line \d+: unknown key 'uri' in \[server\]$/);
  expect(unknown.hint).toBe('did you mean url?');
  const wrong = await failureOf('[server]\nkind = "c"', [command]);
  expect(wrong.message).toContain("'kind': Allowed choices are a, b.");
  const noTable = await failureOf('server = "/x"', [command]);
  expect(noTable.message).toContain("'server' must be a table: [server]");
});

test.each([
  ['an unknown key', 'jurnal = "/x"', "unknown key 'jurnal'", 'did you mean journal?'],
  [
    'an unknown key of a command',
    '[record]\nintervall = 2',
    "unknown key 'intervall' in [record]",
    'did you mean interval?',
  ],
  ['an unknown table', '[recrod]\ninterval = 2', "unknown key 'recrod'", undefined],
  [
    'a global option in a command’s table',
    '[record]\njournal = "/x"',
    "unknown key 'journal' in [record]",
    'it belongs above all tables',
  ],
  [
    'a key of a command above all tables',
    'interval = 2',
    "'interval'",
    'it belongs below [record]',
  ],
  ['a key of a shared table', 'url = "/x"', "'url'", 'it belongs below [send] or [server]'],
  [
    'a key of two other tables',
    '[record]\nurl = "/x"',
    "unknown key 'url' in [record]",
    'it belongs below [send] or [server]',
  ],
  [
    'a key of a command in a shared table',
    '[server]\ninterval = 2',
    "unknown key 'interval' in [server]",
    'it belongs below [record]',
  ],
  [
    'a global option in a shared table',
    '[server]\njournal = "/x"',
    "unknown key 'journal' in [server]",
    'it belongs above all tables',
  ],
  [
    'a table in another one',
    '[record.server]\nurl = "/x"',
    "unknown key 'server' in [record]",
    'it is a table of its own: [server]',
  ],
  ['another config file', 'config = "/x"', "unknown key 'config'", undefined],
  ['the version', 'version = true', "unknown key 'version'", undefined],
  ['a value in place of a table', 'record = true', "'record' must be a table: [record]", undefined],
  ['a table in place of a value', '[journal]\npath = 1', "'journal' must be text", undefined],
  ['a truth in place of a text', 'journal = true', "'journal' must be text or a number", undefined],
  ['a date', 'journal = 2026-01-01', "'journal' must be text or a number", undefined],
  [
    'a text in place of a truth',
    '[record]\nforks = "no"',
    "'forks' must be true or false",
    undefined,
  ],
  ['a list for one value', '[record]\ninterval = [1, 2]', "'interval' takes one value", undefined],
  [
    'a truth in a list',
    '[record]\nuser = [true]',
    "'user' must be text or a number, or a list",
    undefined,
  ],
  [
    'a value that is none',
    '[record]\ninterval = "x"',
    "'interval': 'x' is not a whole number",
    undefined,
  ],
  ['no choice', 'log-level = "loud"', "'log-level': Allowed choices are info, warn.", undefined],
  [
    'an argument that is none',
    '[record]\nprograms = [1, {}]',
    "'programs' must be text",
    undefined,
  ],
])('refuses %s', async (_, toml, words, hint) => {
  const error = await failureOf(toml);
  expect(error.message).toContain(words);
  expect(error.message).toMatch(/psusage\.toml: line \d+: /);
  if (hint !== undefined) expect(error.hint).toBe(hint);
});

test('refuses a wrong value also where a flag is stronger', async () => {
  const error = await failureOf('[record]\ninterval = "x"', ['record', '--interval', '5']);
  expect(error.message).toContain("'x' is not a whole number");
});

test('tells in one line where a file is no TOML', async () => {
  const error = await failureOf('journal = "/x"\nlog-level = ');
  expect(error.message).toMatch(/psusage\.toml: line 2, column \d+: .+$/);
  expect(error.message).not.toContain('\n');
});

test('a file of comments sets nothing', async () => {
  const { options } = await run('# journal = "/file"\n\n  # [record]\n\t\r\n# interval = 2');
  expect(options).toMatchObject({ journal: '/default', interval: 1 });
});

test('misses a file that was named, and no other', async () => {
  const missing = join(temporaryFolder(), 'none.toml');
  await expect(runWith(['--config', missing, 'record'])).rejects.toThrow(
    `there is no config file at ${missing}`,
  );
  if (!existsSync(DEFAULT_CONFIG_PATH)) await expect(runWith(['record'])).resolves.toBeDefined();
});

test('says that a file can’t be read', async () => {
  const folder = temporaryFolder();
  await expect(runWith(['--config', folder, 'record'])).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(`cannot read ${folder}`) as string,
    hint: expect.stringContaining('--config') as string,
  });
});

test('an empty name is no config file', async () => {
  const { options } = await runWith(['record'], { TEST_CONFIG: '' });
  expect(options['config']).toBe('');
});

test('a check finds every wrong key of every command, each with its line', async () => {
  const file = configFile(
    [
      'jurnal = "/x"',
      '[record]',
      'interval = "x"',
      'retenton = 1',
      '[show]',
      'a = 1',
      '[shw]',
      '[server]',
      'uri = 1',
    ].join('\n'),
  );
  const root = newProgram(() => undefined);
  const checked = await checkConfig(root, root.commands, file, SHARED_TABLES);
  expect(checked?.problems.map(({ message }) => message.slice(file.length))).toEqual([
    ": line 1: unknown key 'jurnal'",
    ": line 3: 'interval': 'x' is not a whole number",
    ": line 4: unknown key 'retenton' in [record]",
    ": line 6: unknown key 'a' in [show]",
    ": line 7: unknown key 'shw'",
    ": line 9: unknown key 'uri' in [server]",
  ]);
});

test('a check of a file that is right finds nothing', async () => {
  const file = configFile('journal = "/x"\n[record]\nprograms = ["a"]\n[server]\nurl = "/x"');
  const root = newProgram(() => undefined);
  expect(await checkConfig(root, root.commands, file, SHARED_TABLES)).toEqual({
    path: file,
    problems: [],
  });
});
