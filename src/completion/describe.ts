import type { Argument, Command, Option } from 'commander';
import { mayRepeat } from '../shared/options.js';

/** What a value may be, as far as a shell can offer it. */
export type DescribedValue =
  | { kind: 'choices'; name: string; choices: readonly string[] }
  | { kind: 'file' | 'user' | 'program' | 'text'; name: string };

export interface DescribedOption {
  /** `--interval`, or `-h` and `--help`. */
  flags: readonly string[];
  description: string;
  /** undefined: it takes none. */
  value: DescribedValue | undefined;
  isValueOptional: boolean;
  mayRepeat: boolean;
}

export interface DescribedArgument {
  value: DescribedValue;
  isVariadic: boolean;
}

/** A command line as completion needs it. */
export interface DescribedCommand {
  name: string;
  /** One line. */
  summary: string;
  options: readonly DescribedOption[];
  arguments: readonly DescribedArgument[];
  commands: readonly DescribedCommand[];
}

/** What the definitions of a command and of all below it say. */
export function describe(command: Command): DescribedCommand {
  return {
    name: command.name(),
    summary: command.summary(),
    options: command.createHelp().visibleOptions(command).map(describeOption),
    arguments: command.registeredArguments.map(describeArgument),
    commands: command.commands.map(describe),
  };
}

function describeOption(option: Option): DescribedOption {
  const { short, long, description } = option;
  return {
    flags: [short, long].filter((each) => each !== undefined),
    description,
    value: toValue(option),
    isValueOptional: option.optional,
    mayRepeat: mayRepeat(option),
  };
}

/** The value's name stands in `<>` or `[]` behind the flags. */
function toValue({ flags, long, argChoices }: Option): DescribedValue | undefined {
  const name = /[<[](.+)[>\]]$/.exec(flags)?.[1];
  if (name === undefined) return undefined;
  if (argChoices !== undefined) return { kind: 'choices', name, choices: argChoices };
  if (name === 'file' || name === 'path') return { kind: 'file', name };
  return { kind: long === '--user' ? 'user' : 'text', name };
}

function describeArgument(argument: Argument): DescribedArgument {
  const name = argument.name();
  const { argChoices, variadic } = argument;
  const value: DescribedValue =
    argChoices === undefined
      ? { kind: name === 'program' ? 'program' : 'text', name }
      : { kind: 'choices', name, choices: argChoices };
  return { value, isVariadic: variadic };
}
