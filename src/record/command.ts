import { type Command, Option } from 'commander';
import { durationParser } from '../shared/duration.js';
import { MS_PER_DAY } from '../shared/units.js';
import { KEEP_BOUNDS } from './prune/keep.js';
import type { RecordFlags } from './run.js';

const INTERVAL_BOUNDS = { minMs: 100, maxMs: 60_000 };
const FOR_BOUNDS = { minMs: 1_000, maxMs: 365 * MS_PER_DAY };

const EXAMPLES = `
Examples:
  psusage record                   every process on this host
  psusage record php-fpm           php-fpm of any version, and all its forks
  psusage record php-fpm mariadbd  two programs
  psusage record 'php*'            a shell glob; quote it
  psusage record --user foo_com    only one user's processes

A name matches the process's own name (ps -o comm), that name with a version
(php-fpm8.2), and that name cut to 15 characters. If no process matches a name
for a minute, the log warns once and lists similar names; psusage status shows
it too. A number after --user is the user with that name, or else the uid;
uid:1001 is always a uid.

SIGTERM or Ctrl-C stops the recorder: it takes a last sample and closes the
journal.`;

/** The options of `psusage record`; what it needs is loaded when it runs. */
export function defineRecord(record: Command, stopOnSignals: () => AbortSignal): void {
  record
    .description('Records the CPU time of processes in the journal, from their start to their end.')
    .argument('[program...]', 'names of programs (default: every process on this host)')
    .addOption(
      new Option('--interval <duration>', 'time between two samples')
        .env('PSUSAGE_INTERVAL')
        .argParser(durationParser(INTERVAL_BOUNDS))
        .default(1_000, '1s'),
    )
    .addOption(
      new Option('--no-forks', 'only processes that match by name').env('PSUSAGE_NO_FORKS'),
    )
    .addOption(
      new Option(
        '--user <name>',
        'only this user’s processes; a name, uid:1001 or pattern (shop*), repeatable',
      )
        .env('PSUSAGE_USER')
        .argParser((name: string, names: string[] | undefined) => [...(names ?? []), name])
        .default([], 'all users'),
    )
    .addOption(
      new Option('--for <duration>', 'stop after this time')
        .env('PSUSAGE_FOR')
        .argParser(durationParser(FOR_BOUNDS)),
    )
    .addOption(
      new Option(
        '--retention <duration>',
        'delete older records once a day, as psusage prune does (default: keep all)',
      )
        .env('PSUSAGE_RETENTION')
        .argParser(durationParser(KEEP_BOUNDS)),
    )
    .addOption(
      new Option(
        '--log-format <format>',
        'format of the log (default: text on a terminal, text with priorities under systemd, else JSON lines)',
      )
        .env('PSUSAGE_LOG_FORMAT')
        .choices(['text', 'json']),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (programs: string[], _flags: unknown, command: Command) => {
      const stop = stopOnSignals();
      const { runRecorder } = await import('./run.js');
      await runRecorder({ ...command.optsWithGlobals<RecordFlags>(), programs }, stop);
    });
}
