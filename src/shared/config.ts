import { existsSync, readFileSync } from 'node:fs';
import type { Argument, Command, Option } from 'commander';
import { messageOf, UsageError } from './errors.js';

/** Read when it is there and no other is named. */
export const DEFAULT_CONFIG_PATH = '/etc/psusage.toml';

type Table = Record<string, unknown>;

/**
 * Gives each option that neither the command line nor the environment has set its value from the
 * config file. Keys are the long flags without dashes: global ones at the top, a command's in a
 * table of its name, its arguments under the argument's name.
 *
 * @throws UsageError when the file is missing though it was named, is not TOML, has unknown keys, or a value is refused
 */
export async function applyConfig(
  root: Command,
  command: Command,
  named: string | undefined,
): Promise<void> {
  const path = named ?? DEFAULT_CONFIG_PATH;
  if (!existsSync(path)) {
    if (named === undefined) return;
    throw new UsageError(`there is no config file at ${path}`);
  }
  const config = await readToml(path);
  const commands = new Set(root.commands.map((each) => each.name()));
  for (const [key, value] of Object.entries(config)) {
    if (commands.has(key)) continue;
    setOption(root, key, value, path);
  }
  const own = config[command.name()];
  if (own === undefined) return;
  if (!isTable(own)) throw new UsageError(`${path}: ${command.name()} must be a table`);
  for (const [key, value] of Object.entries(own)) {
    const argument = command.registeredArguments.find(
      (each) => each.name() === key.replace(/s$/, ''),
    );
    if (argument === undefined) setOption(command, key, value, path);
    else setArgument(command, argument, key, value, path);
  }
}

async function readToml(path: string): Promise<Table> {
  const { parse } = await import('smol-toml');
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function setOption(command: Command, key: string, value: unknown, path: string): void {
  const option = command.options.find(
    (each) => each.long === `--${key}` || each.long === `--no-${key}`,
  );
  if (option === undefined || key === 'config') {
    throw new UsageError(
      `${path}: unknown key '${key}'`,
      `psusage ${command.name()} --help lists what there is`,
    );
  }
  const source = command.getOptionValueSource(option.attributeName());
  if (source !== undefined && source !== 'default') return;
  command.setOptionValueWithSource(
    option.attributeName(),
    optionValue(option, key, value, path),
    'config',
  );
}

function optionValue(option: Option, key: string, value: unknown, path: string): unknown {
  if (option.isBoolean() || option.negate) {
    if (typeof value === 'boolean') return value;
    throw new UsageError(`${path}: '${key}' must be true or false`);
  }
  const texts = (Array.isArray(value) ? value : [value]).map((each) => asText(each, key, path));
  try {
    const parse = option.parseArg;
    if (parse === undefined) return texts.at(-1);
    return texts.reduce<unknown>((previous, text) => parse(text, previous), undefined);
  } catch (error) {
    throw new UsageError(`${path}: '${key}': ${messageOf(error)}`);
  }
}

function setArgument(
  command: Command,
  argument: Argument,
  key: string,
  value: unknown,
  path: string,
): void {
  if (command.args.length > 0) return;
  const texts = (Array.isArray(value) ? value : [value]).map((each) => asText(each, key, path));
  const at = command.registeredArguments.indexOf(argument);
  command.processedArgs[at] = texts;
}

function asText(value: unknown, key: string, path: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new UsageError(`${path}: '${key}' must be a text or a number, or a list of them`);
}
