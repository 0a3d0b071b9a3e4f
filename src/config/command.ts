import type { Command } from 'commander';
import { type CheckedConfig, DEFAULT_CONFIG_PATH } from '../shared/config.js';
import { ExitCode } from '../shared/errors.js';
import { sanitize } from '../shared/sanitize.js';
import { writeToStderr } from '../shared/stderr.js';

const EXIT_WRONG = 2;

/**
 * `psusage config check`: whether the config file says what some command understands.
 *
 * @param check what is wrong in the file, for all commands; undefined where there is none
 */
export function defineConfig(
  config: Command,
  check: (named: string | undefined) => Promise<CheckedConfig | undefined>,
): void {
  config.description('Checks the config file that all commands read.');
  config
    .command('check')
    .summary('find unknown keys and invalid values')
    .description(
      'Checks every table and key of the config file, for all commands. Exits 2 if one is wrong. Days, time zones ' +
        'and servers are checked only by the commands that use them.',
    )
    .addHelpText(
      'after',
      `
Before a service is restarted:
  psusage config check && systemctl restart psusage
A file that is not in use yet:
  psusage --config ./psusage.toml config check`,
    )
    .action(async (_, command: Command) => {
      const { config: named } = command.optsWithGlobals<{ config?: string }>();
      const checked = await check(named);
      if (checked === undefined) {
        const why = named === '' ? '--config is empty' : `${DEFAULT_CONFIG_PATH} does not exist`;
        process.stdout.write(`no config file: ${why}\n`);
        return;
      }
      const { path, problems } = checked;
      for (const { message, hint } of problems) {
        const lines = hint === undefined ? [] : [`hint: ${hint}`];
        writeToStderr('error', [`psusage: ${message}`, ...lines]);
      }
      if (problems.length > 0) throw new ExitCode(EXIT_WRONG);
      process.stdout.write(`${sanitize(path)}: no unknown key or invalid value found\n`);
    });
}
