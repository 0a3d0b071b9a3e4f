import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { wholeProgram } from '../../src/program.js';
import { connectionOptions } from '../../src/shared/influx/connection-options.js';
import { temporaryFolder } from '../temporary-folder.js';

const EXAMPLE = readFileSync('packaging/psusage.toml', 'utf8');

/** A key that is commented out has nothing between it and its sign; what is said of it has a space. */
const UNCOMMENTED = EXAMPLE.replaceAll(/^#(?=\S)/gm, '');

/** Where somebody looks for the options of a server, which several commands have. */
const SHARED = new Set(connectionOptions().map(({ long }) => long));

/** Ends the program, or names the file itself. */
const NOT_KEYS = new Set(['--help', '--version', '--config']);

/** Nobody runs it twice with the same options. */
const ONCE = 'salvage';

/** What a command can't do without. */
const ARGUMENTS: Record<string, string[]> = {
  completion: ['bash'],
  salvage: ['damaged.db', '--output', 'salvaged.db'],
};

function keysOf({ options }: Command): string[] {
  return options
    .filter(({ long }) => !SHARED.has(long) && !NOT_KEYS.has(long ?? ''))
    .map(({ long, negate }) => (long ?? '').replace(negate ? '--no-' : '--', ''));
}

test('the example has the key of every option of every command, and no other', async () => {
  const program = await wholeProgram();
  const tables = program.commands.filter((each) => each.options.length > 0 && each.name() !== ONCE);
  const expected = Object.fromEntries(
    tables.map((each) => [
      each.name(),
      [...keysOf(each), ...(each.name() === 'record' ? ['programs'] : [])].sort(),
    ]),
  );
  const influx = connectionOptions().map(({ long }) => (long ?? '').replace('--', ''));
  const { journal, host, 'log-level': logLevel, ...found } = parse(UNCOMMENTED);
  expect(keysOf(program).sort()).toEqual(['host', 'journal', 'log-level']);
  expect([journal, host, logLevel]).not.toContain(undefined);
  const foundKeys = Object.entries(found).map(([name, table]) => [name, Object.keys(table).sort()]);
  expect(Object.fromEntries(foundKeys)).toEqual({ ...expected, influx: influx.sort() });
});

test.each([
  ['as it is', EXAMPLE],
  ['with nothing commented out', UNCOMMENTED],
])('every command accepts the example %s', async (_, text) => {
  const path = join(temporaryFolder(), 'psusage.toml');
  writeFileSync(path, text);
  const names = (await wholeProgram()).commands.map((each) => each.name());
  for (const name of names) {
    const program = await wholeProgram();
    let journal: unknown;
    const command = program.commands.find((each) => each.name() === name);
    command?.action(() => {
      journal = program.getOptionValue('journal');
    });
    const given = ARGUMENTS[name] ?? [];
    await program.parseAsync([name, ...given, '--config', path], { from: 'user' });
    expect(journal).toBe('/var/lib/psusage/psusage.db');
  }
});
