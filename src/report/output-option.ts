import { InvalidArgumentError, Option } from 'commander';

/** Where a command writes what it prints. */
export function outputOption(env: string): Option {
  return new Option('--output <file>', 'write to this file (default: stdout)')
    .argParser(parseFile)
    .env(env);
}

/** A shell's variable that is not set would leave no name. */
function parseFile(text: string): string {
  if (text === '')
    throw new InvalidArgumentError('It must be the name of a file, or - for stdout.');
  return text;
}
