import type { Command, Option } from 'commander';
import { UsageError } from './errors.js';
import { isFlag, mayRepeat, readTexts } from './options.js';

/** For the help of the whole program. */
export const ENVIRONMENT_HELP = `
Every option can also be set in the environment (see "env:") or in
/etc/psusage.toml. The command line wins, then the environment. In the
environment a flag is 1 or 0 (or true, false, yes, no), and a list has commas:
PSUSAGE_NO_FORKS=1, PSUSAGE_USER=foo_com,bar_org`;

/** For the help of each command. */
export const GLOBAL_HELP = `
For every command: --journal, --host, --config, --log-level (psusage --help)`;

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['no', false],
]);

/**
 * Reads flags and lists that came from the environment once more: commander takes a flag's variable
 * for set whatever it holds, and a list for one name.
 *
 * @throws UsageError when a flag's variable is neither true nor false
 */
export function applyEnvironment(
  command: Command,
  env: Readonly<Record<string, string | undefined>>,
): void {
  for (const option of command.options) {
    const text = env[option.envVar ?? ''];
    const name = option.attributeName();
    if (text === undefined || command.getOptionValueSource(name) !== 'env') continue;
    if (isFlag(option) || mayRepeat(option)) {
      command.setOptionValueWithSource(name, parseValue(option, text), 'env');
    }
  }
}

function parseValue(option: Option, text: string): unknown {
  if (!isFlag(option)) {
    const texts = text.split(',').map((each) => each.trim());
    return readTexts(option, true, texts);
  }
  const isSet = TRUTHS.get(text.trim().toLowerCase());
  if (isSet === undefined) {
    throw new UsageError(
      `${option.envVar ?? ''} must be 1 or 0, true or false, yes or no, not '${text}'`,
    );
  }
  return option.negate ? !isSet : isSet;
}
