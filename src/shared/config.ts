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
 * @throws UsageError when the file is missing though it was named, is not TOML, has unknown keys, or a value is refused
 */
export async function applyConfig(
  root: Command,
  command: Command,
  named: string | undefined,
  sharedTables: SharedTables,
): Promise<void> {
  const path = named ?? DEFAULT_CONFIG_PATH;
  if (!existsSync(path)) {
    if (named === undefined) return;
    throw new UsageError(`there is no config file at ${path}`);
  }
  const commands = new Set(root.commands.map((each) => each.name()));
  const text = readConfig(path);
  const tables = await parseConfig(path, text);
  const formatPlace: FormatPlace = (table, key) => {
    const line = findKeyLine(text, table, key);
    return line === undefined ? path : `${path}: line ${line}`;
  };
  for (const [key, value] of Object.entries(tables)) {
    if (sharedTables.has(key)) continue;
    const entry = { place: formatPlace(undefined, key), key, value };
    if (!commands.has(key)) setOption(root, entry);
    else if (key === command.name()) setCommand(command, formatPlace, readTable(entry));
    else readTable(entry);
  }
  // Afterwards, since what has a value from the file keeps it.
  for (const [key, optionsOf] of sharedTables) {
    const value = tables[key];
    if (value === undefined) continue;
    const entry = { place: formatPlace(undefined, key), key, value };
    setShared(command, await optionsOf(), { entry, formatPlace });
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

function readTable({ place, key, value }: Entry): Table {
  if (isTable(value)) return value;
  throw new UsageError(`${place}: '${key}' must be a table: [${key}]`);
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
}

function setCommand(command: Command, formatPlace: FormatPlace, table: Table): void {
  for (const [key, value] of Object.entries(table)) {
    const entry = { place: formatPlace(command.name(), key), key, value };
    const at = command.registeredArguments.findIndex((each) => toArgumentKey(each) === key);
    const argument = command.registeredArguments[at];
    if (argument === undefined) setOption(command, entry);
    else if (command.args.length <= at) {
      command.processedArgs[at] = readValue(argument, argument.variadic, entry);
    }
  }
}

function toArgumentKey(argument: Argument): string {
  return argument.variadic ? `${argument.name()}s` : argument.name();
}

function setOption(command: Command, entry: Entry): void {
  const option = findOption(command.options, entry);
  if (option === undefined || NOT_IN_A_FILE.has(entry.key)) throw unknownKey(command, entry);
  setUnlessSet(command, option, parseSetting(option, entry));
}

function setShared(
  command: Command,
  options: readonly Option[],
  { entry: shared, formatPlace }: { entry: Entry; formatPlace: FormatPlace },
): void {
  for (const [key, value] of Object.entries(readTable(shared))) {
    const entry = { place: formatPlace(shared.key, key), key, value };
    const option = findOption(options, entry);
    if (option === undefined) {
      const keys = options.flatMap((each) => toOptionKey(each) ?? []).join(', ');
      throw new UsageError(
        `${entry.place}: unknown key '${key}' in [${shared.key}]`,
        `there are ${keys}`,
      );
    }
    const setting = parseSetting(option, entry);
    const isOfCommand = command.options.some(({ long }) => long === option.long);
    if (isOfCommand) setUnlessSet(command, option, setting);
  }
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

function unknownKey(command: Command, { place, key }: Entry): UsageError {
  const isRoot = command.parent === null;
  const table = isRoot ? '' : ` in [${command.name()}]`;
  const help = isRoot ? 'psusage --help' : `psusage ${command.name()} --help`;
  return new UsageError(`${place}: unknown key '${key}'${table}`, `${help} lists what there is`);
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
      `${place}: '${key}' must be a text or a number${isList ? ', or a list of them' : ''}`,
    );
  });
  try {
    return readTexts(target, isList, texts);
  } catch (error) {
    const hint = error instanceof UsageError ? error.hint : undefined;
    throw new UsageError(`${place}: '${key}': ${toMessage(error)}`, hint);
  }
}
