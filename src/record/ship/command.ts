import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationParser } from '../../shared/duration.js';
import { MS_PER_DAY } from '../../shared/units.js';
import { addConnectionOptions, CONNECTION_HELP } from '../../shared/influx/connection-options.js';
import type { ShipFlags } from './ship.js';

/** Options that say what a run does, by their attributes. */
const ACTIONS = new Set(['dryRun', 'quarantine', 'resend', 'retryQuarantine']);

const MAX_TIME_BOUNDS = { minMs: 1_000, maxMs: MS_PER_DAY };
const REMIND_BOUNDS = { minMs: 60_000, maxMs: 30 * MS_PER_DAY };
const RESEND_BOUNDS = { minMs: 1_000, maxMs: 10 * 365 * MS_PER_DAY };
const MAX_BATCH = 100_000;

const EXAMPLES = `
Examples:
  psusage ship --url http://localhost:8086 --database psusage
  psusage ship --dry-run | head    print the lines and send nothing
  psusage ship --quarantine        what the server refused, and why
  psusage ship --since 2026-11-01  skip for good what ended before that day
  psusage ship --resend 1m         send what was acknowledged a minute ago again

From cron, each minute, as the owner of the journal:
  * * * * * psusage psusage ship --remind-every 1h >/dev/null
${CONNECTION_HELP}

Nothing is lost when the server, the network or psusage fails: unsent records go
with the next run, and a record that is sent twice is the same point. Exits 1 if
something was not sent; psusage status shows since when. On a terminal every
failure is shown, whatever --remind-every says.`;

/** The options of `psusage ship`; what it needs is loaded when it runs. */
export function defineShip(ship: Command, stopOnSignals: () => AbortSignal): void {
  ship.description(
    'Sends each complete credit record to InfluxDB or VictoriaMetrics, once. For cron or a timer.',
  );
  ship.optionsGroup('Server:');
  addConnectionOptions(ship);
  ship
    .optionsGroup('Options:')
    .addOption(
      new Option('--batch <n>', 'most records in one request')
        .env('PSUSAGE_BATCH')
        .argParser(parseBatch)
        .default(5_000),
    )
    .addOption(
      new Option('--max-time <duration>', 'how long a run may take')
        .env('PSUSAGE_MAX_TIME')
        .argParser(durationParser(MAX_TIME_BOUNDS))
        .default(300_000, '5m'),
    )
    .addOption(
      new Option(
        '--since <day>',
        'skip for good what ended before this day, YYYY-MM-DD (default: send everything)',
      ).env('PSUSAGE_SINCE'),
    )
    .addOption(
      new Option(
        '--resend <duration>',
        'send again what was acknowledged this recently, or all: for a server that lost data, or a new one',
      )
        .env('PSUSAGE_RESEND')
        .argParser(parseResend),
    )
    .addOption(
      new Option(
        '--remind-every <duration>',
        'report a failure that continues only this often (default: in each run)',
      )
        .env('PSUSAGE_REMIND_EVERY')
        .argParser(durationParser(REMIND_BOUNDS)),
    )
    .addOption(new Option('--dry-run', 'print the lines and send nothing').env('PSUSAGE_DRY_RUN'))
    .addOption(
      new Option('--quarantine', 'list what the server refused, and why').env('PSUSAGE_QUARANTINE'),
    )
    .addOption(
      new Option('--retry-quarantine', 'send again what was refused before').env(
        'PSUSAGE_RETRY_QUARANTINE',
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: unknown, command: Command) => {
      const interrupted = stopOnSignals();
      const source = command.parent?.getOptionValueSource('host');
      const flags: ShipFlags = {
        ...command.optsWithGlobals<ShipFlags>(),
        isHostNamed: source !== 'default',
        given: command.options
          .filter((option) => ACTIONS.has(option.attributeName()))
          .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
          .flatMap(({ long }) => long ?? []),
      };
      const { ship } = await import('./ship.js');
      await ship(flags, interrupted);
    });
}

function parseBatch(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_BATCH) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_BATCH}.`);
  }
  return value;
}

function parseResend(text: string): number | 'all' {
  return text === 'all' ? text : durationParser(RESEND_BOUNDS)(text);
}
