import { type Command, Option } from 'commander';
import { durationParser } from '../../shared/duration.js';
import type { TopFlags, TopServices } from './run-top.js';

const INTERVAL_BOUNDS = { minMs: 200, maxMs: 60_000 };

const EXAMPLES = `
Examples:
  psusage top                       who uses the CPU now, most first; q ends it
  psusage top --user foo_com        the processes of one user
  psusage top --once                print it once
  psusage top --once --format json | jq .users

Up, Down, PageUp and PageDown choose a user, Enter shows the processes, and
Escape goes back.
It reads the journal of the recorder that runs. If none runs, it samples by
itself and keeps nothing.
'now' is an average of the last seconds; 100 % is one vCPU. Budgets are those of
psusage report.`;

/** The options of `psusage top`; what it needs is loaded when it runs. */
export function defineTop(
  top: Command,
  stopOnSignals: () => AbortSignal,
  services: TopServices,
): void {
  top
    .description('Shows who uses the CPU now, beside what each user has spent today.')
    .addOption(
      new Option('--user <name>', 'the processes of this user; a name or uid:1001').env(
        'PSUSAGE_TOP_USER',
      ),
    )
    .addOption(
      new Option('--interval <duration>', 'time between two screens')
        .env('PSUSAGE_TOP_INTERVAL')
        .argParser(durationParser(INTERVAL_BOUNDS))
        .default(1_000, '1s'),
    )
    .addOption(
      new Option('--once', 'print one screen and end, as to a pipe').env('PSUSAGE_TOP_ONCE'),
    )
    .addOption(
      new Option('--format <format>', 'output format; json prints once')
        .env('PSUSAGE_TOP_FORMAT')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: unknown, command: Command) => {
      const { runTop } = await import('./run-top.js');
      await runTop(command.optsWithGlobals<TopFlags>(), services, stopOnSignals());
    });
}
