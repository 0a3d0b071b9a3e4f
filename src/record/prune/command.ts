import { type Command, Option } from 'commander';
import { durationParser } from '../../shared/duration.js';
import { KEEP_BOUNDS, KEEP_SUMS_MS, KEEP_SUMS_TEXT } from './keep.js';
import type { PruneFlags } from './run-prune.js';

const EXAMPLES = `
Examples:
  psusage prune --keep 90d            delete records older than 90 days, no sums
  psusage prune --keep 90d --dry-run  how many would be deleted
  psusage prune --keep 30d --keep-sums 730d

From cron, each night, as the owner of the journal:
  30 3 * * * psusage psusage prune --keep 90d >/dev/null

Reports stay as they are: they read sums, which are kept for five years. Records
that wait for shipping or were refused by a server are kept, however old. The
recorder and psusage ship may run meanwhile. psusage record --retention 90d
prunes by itself.`;

/** The options of `psusage prune`; what it needs is loaded when it runs. */
export function definePrune(prune: Command, stopOnSignals: () => AbortSignal): void {
  prune
    .description('Deletes old credit records and frees their disk space. For cron.')
    .addOption(
      new Option('--keep <duration>', 'keep records that ended within this time')
        .env('PSUSAGE_KEEP')
        .argParser(durationParser(KEEP_BOUNDS)),
    )
    .addOption(
      new Option('--keep-sums <duration>', 'keep the quarter-hour sums that reports read')
        .env('PSUSAGE_KEEP_SUMS')
        .argParser(durationParser(KEEP_BOUNDS))
        .default(KEEP_SUMS_MS, KEEP_SUMS_TEXT),
    )
    .addOption(new Option('--dry-run', 'show what would be deleted').env('PSUSAGE_DRY_RUN'))
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: unknown, command: Command) => {
      const interrupted = stopOnSignals();
      const { runPrune } = await import('./run-prune.js');
      const { STANDARD_OUTPUT } = await import('../output.js');
      await runPrune(
        command.optsWithGlobals<PruneFlags>(),
        Date.now(),
        STANDARD_OUTPUT,
        interrupted,
      );
    });
}
