import { Command, Option } from 'commander';
import { expect, test, vi } from 'vitest';
import { applyEnvironment } from '../../src/shared/environment.js';

/** What a command makes of its flags and its environment. */
function optionsOf(env: Record<string, string>, args: string[] = []): Record<string, unknown> {
  const command = new Command()
    .addOption(new Option('--no-forks').env('TEST_NO_FORKS'))
    .addOption(new Option('--verbose').env('TEST_VERBOSE'))
    .addOption(new Option('--name <text>').env('TEST_NAME'))
    .addOption(
      new Option('--user <name>')
        .env('TEST_USER')
        .argParser((name: string, names: string[] | undefined) => [...(names ?? []), name])
        .default([]),
    );
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    command.parse(args, { from: 'user' });
    applyEnvironment(command, process.env);
  } finally {
    vi.unstubAllEnvs();
  }
  return command.opts();
}

test.each(['1', 'true', 'yes', 'YES'])('a flag is set by %s', (text) => {
  const env = { TEST_NO_FORKS: text, TEST_VERBOSE: text };
  expect(optionsOf(env)).toMatchObject({ forks: false, verbose: true });
});

test.each(['0', 'false', 'no'])('a flag is not set by %s', (text) => {
  const env = { TEST_NO_FORKS: text, TEST_VERBOSE: text };
  expect(optionsOf(env)).toMatchObject({ forks: true, verbose: false });
});

test('a flag on the command line is stronger', () => {
  const options = optionsOf({ TEST_NO_FORKS: '0', TEST_VERBOSE: '0' }, ['--no-forks', '--verbose']);
  expect(options).toMatchObject({ forks: false, verbose: true });
});

test.each(['', 'on', '2'])('refuses the flag %j', (text) => {
  expect(() => optionsOf({ TEST_VERBOSE: text })).toThrow(
    `TEST_VERBOSE must be 1 or 0, true or false, yes or no, not '${text}'`,
  );
});

test('an option that may be repeated takes a list with commas', () => {
  expect(optionsOf({ TEST_USER: 'a' })).toMatchObject({ user: ['a'] });
  expect(optionsOf({ TEST_USER: 'a, b,1001' })).toMatchObject({ user: ['a', 'b', '1001'] });
  expect(optionsOf({ TEST_USER: 'a,b' }, ['--user', 'c'])).toMatchObject({ user: ['c'] });
});

test('any other option is taken as it stands', () => {
  expect(optionsOf({ TEST_NAME: 'a,b' })).toMatchObject({ name: 'a,b' });
});
