import { type Command, Option } from 'commander';
import { outputOption } from '../output-option.js';
import type { StatusFlags } from './print-status.js';

const EXAMPLES = `
Examples:
  psusage status
  psusage status --format json
  psusage status >/dev/null || echo 'psusage needs a look'

Exits 0 when all is well, and 1 when
  - nothing is recording, or less than 90 % of the last day was recorded
  - no process has matched one of the programs
  - the last run of psusage ship failed, or records wait and none was
    acknowledged for a day
  - a server has refused a record within a day`;

/** The options of `psusage status`; what it needs is loaded when it runs. */
export function defineStatus(status: Command): void {
  status
    .description(
      'Shows whether psusage is recording, what is missing and what waits for shipping. For monitoring.',
    )
    .addOption(
      new Option(
        '--format <format>',
        'prometheus: for node_exporter; then problems are a metric and it exits 0',
      )
        .env('PSUSAGE_STATUS_FORMAT')
        .choices(['table', 'json', 'prometheus'])
        .default('table'),
    )
    .addOption(outputOption('PSUSAGE_STATUS_OUTPUT'))
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: unknown, command: Command) => {
      const { printStatus } = await import('./print-status.js');
      await printStatus(command.optsWithGlobals<StatusFlags>());
    });
}
