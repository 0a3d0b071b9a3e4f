import { existsSync, readFileSync } from 'node:fs';
import type { Argument, Command, Option } from 'commander';
import { toMessage, UsageError } from './errors.js';
import { findKeyLine } from './toml-lines.js';
import { isFlag, mayRepeat, readTexts } from './options.js';

/** Read when it is there and no other is named. */
export const DEFAULT_CONFIG_PATH = '/etc/psusage.toml';

/** Options that make no sense in a file that they find, or that end the program. */
const NOT_IN_A_FILE = new Set(['config', 'version', 'help']);

const NOTHING_SET = /^\s*(?:#|$)/;

type Table = Record<string, unknown>;

/**
 * Tables whose options several commands have, by name, with a way to those options: they are needed
 * only where a file has the table.
 */
export type SharedTables = ReadonlyMap<string, () => Promise<readonly Option[]>>;

/**
 * Gives each option that neither the command line nor the environment has set its value from the
 * config file. Keys are the long flags without dashes: global ones at the top, a command's in a
 * table of its name, its arguments under the argument's name (`programs` for `[program...]`). A flag
 * such as `--no-forks` is `forks = false`; an option that may be repeated takes a list.
 *
 * Options of a shared table may stand there or in the command's own table, which counts for more.
 * What is in a shared table is checked also where the command has none of its options.
 *
 * @param named empty for no file
 * @returns the tables of other commands that set something, which are not looked at
 * @throws UsageError when the file is missing though it was named, is not TOML, has unknown keys, or a value is refused
 */
export async function applyConfig(
  root: Command,
  command: Command,
  named: string | undefined,
  sharedTables: SharedTables,
): Promise<string[]> {
  const file = await readFile(named);
  if (file === undefined) return [];
  for await (const set of settings(root, file, sharedTables)) await set(command);
  return commandNames(root).filter(
    (name) => name !== command.name() && Object.keys(file.tables[name] ?? {}).length > 0,
  );
}

export interface CheckedConfig {
  path: string;
  /** One for each key that is wrong. */
  problems: UsageError[];
}

/**
 * What is wrong in the config file.
 *
 * @param commands those whose tables are looked at, with their options, which are set
 * @returns undefined where there is no file
 * @throws UsageError when the file is missing though it was named, or is not TOML
 */
export async function checkConfig(
  root: Command,
  commands: readonly Command[],
  named: string | undefined,
  sharedTables: SharedTables,
): Promise<CheckedConfig | undefined> {
  const file = await readFile(named);
  if (file === undefined) return undefined;
  const problems = new Map<string, UsageError>();
  for await (const set of settings(root, file, sharedTables)) {
    for (const command of commands) {
      try {
        await set(command);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        problems.set(error.message, error);
      }
    }
  }
  return { path: file.path, problems: [...problems.values()] };
}

interface ConfigFile {
  path: string;
  tables: Table;
  formatPlace: FormatPlace;
}

/** @returns undefined where there is none */
async function readFile(named: string | undefined): Promise<ConfigFile | undefined> {
  const path = named ?? DEFAULT_CONFIG_PATH;
  if (path === '') return undefined;
  if (!existsSync(path)) {
    if (named === undefined) return undefined;
    throw new UsageError(`there is no config file at ${path}`);
  }
  const text = readConfig(path);
  const tables = await parseConfig(path, text);
  const formatPlace: FormatPlace = (table, key) => {
    const line = findKeyLine(text, table, key);
    return line === undefined ? path : `${path}: line ${line}`;
  };
  return { path, tables, formatPlace };
}

/** Each sets one key for a command that has it. Shared tables come last, since what has a value from the file keeps it. */
async function* settings(
  root: Command,
  { tables, formatPlace }: ConfigFile,
  sharedTables: SharedTables,
): AsyncGenerator<(command: Command) => Promise<void>> {
  const names = commandNames(root);
  const isShared = (key: string) => sharedTables.has(key);
  const keys = Object.keys(tables).sort((a, b) => Number(isShared(a)) - Number(isShared(b)));
  const toEntry = (table: string | undefined, key: string, value: unknown): Entry => ({
    ...{ place: formatPlace(table, key), key, value },
    findOwner: () => findOwner(root, sharedTables, key),
  });
  for (const key of keys) {
    const entry = toEntry(undefined, key, tables[key]);
    const isTableName = isShared(key) || names.includes(key);
    if (!isTableName || !isTable(entry.value)) {
      yield async () => {
        if (isTableName) throw new UsageError(`${entry.place}: '${key}' must be a table: [${key}]`);
        await setOption(root, entry, [...names, ...sharedTables.keys()]);
      };
      continue;
    }
    const options = await sharedTables.get(key)?.();
    for (const [inner, value] of Object.entries(entry.value)) {
      const setting = toEntry(key, inner, value);
      yield async (command) => {
        if (options !== undefined) await setShared(command, { options, table: key }, setting);
        else if (command.name() === key) await setCommand(command, setting);
      };
    }
  }
}

function readConfig(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `cannot read ${path}: ${toMessage(error)}`,
      'name another file with --config; /dev/null for none',
    );
  }
}

/** The library is not loaded for a file that sets nothing, such as the example as it is installed. */
async function parseConfig(path: string, text: string): Promise<Table> {
  if (text.split('\n').every((line) => NOTHING_SET.test(line))) return {};
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [why = ''] = error.message.split('\n');
    throw new UsageError(`${path}: line ${error.line}, column ${error.column}: ${why}`);
  }
}

function commandNames(root: Command): string[] {
  return root.commands.map((each) => each.name()).filter((name) => !NOT_IN_A_FILE.has(name));
}

function isTable(value: unknown): value is Table {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

/** Where in the file a key of a table is set, for people; the table is undefined at the top. */
type FormatPlace = (table: string | undefined, key: string) => string;

/** A key of the file and what it is set to, which may be a table. */
interface Entry {
  /** The file, with the line where that is known. */
  place: string;
  key: string;
  value: unknown;
  /** What to do where its table has no such key, for people; undefined where no other table has it either. */
  findOwner: () => Promise<string | undefined>;
}

async function setCommand(command: Command, entry: Entry): Promise<void> {
  const at = command.registeredArguments.findIndex((each) => toArgumentKey(each) === entry.key);
  const argument = command.registeredArguments[at];
  if (argument === undefined) await setOption(command, entry);
  else if (command.args.length <= at) {
    command.processedArgs[at] = readValue(argument, argument.variadic, entry);
  }
}

function toArgumentKey(argument: Argument): string {
  return argument.variadic ? `${argument.name()}s` : argument.name();
}

async function setOption(
  command: Command,
  entry: Entry,
  tables: readonly string[] = [],
): Promise<void> {
  const option = findOption(command.options, entry);
  if (option === undefined || NOT_IN_A_FILE.has(entry.key)) {
    const table = command.parent === null ? undefined : command.name();
    throw await unknownKey(entry, table, [...keysOf(command), ...tables]);
  }
  setUnlessSet(command, option, parseSetting(option, entry));
}

async function setShared(
  command: Command,
  { options, table }: { options: readonly Option[]; table: string },
  entry: Entry,
): Promise<void> {
  const option = findOption(options, entry);
  if (option === undefined) {
    throw await unknownKey(
      entry,
      table,
      options.flatMap((each) => toOptionKey(each) ?? []),
    );
  }
  const setting = parseSetting(option, entry);
  const isOfCommand = command.options.some(({ long }) => long === option.long);
  if (isOfCommand) setUnlessSet(command, option, setting);
}

function findOption(options: readonly Option[], { key }: Entry): Option | undefined {
  return options.find((each) => toOptionKey(each) === key);
}

function parseSetting(option: Option, entry: Entry): unknown {
  return isFlag(option) ? readBoolean(entry) : readValue(option, mayRepeat(option), entry);
}

function setUnlessSet(command: Command, option: Option, setting: unknown): void {
  const name = option.attributeName();
  const source = command.getOptionValueSource(name);
  if (source !== undefined && source !== 'default') return;
  command.setOptionValueWithSource(name, setting, 'config');
}

function toOptionKey(option: Option): string | undefined {
  return option.long?.replace(option.negate ? /^--no-/ : /^--/, '');
}

function keysOf({ options, registeredArguments }: Command): string[] {
  const keys = options.flatMap((option) => toOptionKey(option) ?? []);
  return [...keys, ...registeredArguments.map(toArgumentKey)];
}

/** Where in the file a key belongs that is not one of its table. */
async function findOwner(
  root: Command,
  sharedTables: SharedTables,
  key: string,
): Promise<string | undefined> {
  if (NOT_IN_A_FILE.has(key)) return undefined;
  if (keysOf(root).includes(key)) return 'it belongs above all tables';
  if (sharedTables.has(key) || commandNames(root).includes(key)) {
    return `it is a table of its own: [${key}]`;
  }
  const owners = root.commands.filter((each) => keysOf(each).includes(key));
  const tables = owners.map((each) => `[${each.name()}]`);
  for (const [name, load] of sharedTables) {
    if ((await load()).some((option) => toOptionKey(option) === key)) tables.push(`[${name}]`);
  }
  return tables.length === 0 ? undefined : `it belongs below ${tables.join(' or ')}`;
}

async function unknownKey(
  { place, key, findOwner }: Entry,
  table: string | undefined,
  known: string[],
): Promise<UsageError> {
  const message = `${place}: unknown key '${key}'${table === undefined ? '' : ` in [${table}]`}`;
  const keys = known.filter((each) => !NOT_IN_A_FILE.has(each));
  const { nearNames } = await import('./near-names.js');
  const [near] = nearNames(key, keys);
  const owner = await findOwner();
  if (near !== undefined) {
    return new UsageError(
      message,
      `did you mean ${near}?${owner === undefined ? '' : ` Else ${owner}`}`,
    );
  }
  return new UsageError(message, owner ?? `there are ${keys.sort().join(', ')}`);
}

function readBoolean({ place, key, value }: Entry): boolean {
  if (typeof value === 'boolean') return value;
  throw new UsageError(`${place}: '${key}' must be true or false`);
}

function readValue(
  target: Option | Argument,
  isList: boolean,
  { place, key, value }: Entry,
): unknown {
  if (Array.isArray(value) && !isList) throw new UsageError(`${place}: '${key}' takes one value`);
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const texts = values.map((each) => {
    if (typeof each === 'string' || typeof each === 'number') return String(each);
    throw new UsageError(
      `${place}: '${key}' must be text or a number${isList ? ', or a list of them' : ''}`,
    );
  });
  try {
    return readTexts(target, isList, texts);
  } catch (error) {
    const hint = error instanceof UsageError ? error.hint : undefined;
    throw new UsageError(`${place}: '${key}': ${toMessage(error)}`, hint);
  }
}
