import { InvalidArgumentError, Option, type Command } from 'commander';
import { addConnectionOptions } from '../shared/influx/connection-options.js';
import { parseBudgets } from './budget/budgets.js';
import { parseThresholds } from './budget/thresholds.js';
import type { CreditMode } from './credits/account.js';
import { FORMATS, GROUPINGS, SOURCES } from './options.js';
import { SORT_COLUMNS } from './sort-columns.js';

const LEAST_TREND_DAYS = 2;
const MOST_TREND_DAYS = 3_660;
const CREDIT_MODES: CreditMode[] = ['standard', 'unlimited'];

/** That of a small or medium burstable instance, for each of its vCPUs. */
const DEFAULT_BASELINE_PERCENT = 20;

const EXAMPLES = `
Examples:
  psusage report --day                        today, so far
  psusage report --day yesterday --top 10     the ten users who spent the most
  psusage report --day 2026-03-29 --by program
  psusage report --user foo_com               what one user spent: on what, when, in which processes
  psusage report --mine                       the same of whoever asks, and of nobody else
  psusage report --by process --top 5         the costliest processes of the day
  psusage report --by hour --day yesterday
  psusage report --from 2026-03-01 --to 2026-03-31 --format csv
  psusage report --ledger --baseline 20%      each user's credits as a burstable instance has them
  psusage report --fit                        which burstable size the last 30 recorded days would fit
  psusage report --tz America/New_York        days as they are in another time zone
  psusage report --budget 20% --budget 'shop_*=288c' --budget foo_com=50%
  psusage report --check 80,100               for cron: a line for each user over a mark
  psusage report --days 90                    who grows, and when a budget or the host is full
  psusage report --days 30 --by day           each day with its busiest hour
  psusage report --day yesterday --format html --output day.html

All machines that ship to one server, by what it has received; psusage ship --help has more on servers:
  psusage report --source influx --url http://localhost:8086 --database psusage
  psusage report --source influx --by host    with the server in the table [influx] of the config file
A database does not know processes, commands, uids, vCPUs or coverage.

A number alone names the user who is called so, and the uid where nobody is; uid:1001 is always a uid.
100 % is one vCPU. A credit is one vCPU at 100 % for a minute: 6,000 util-seconds.`;

/** The options of `psusage report`: figures for people and programs. It never writes. */
export function defineReport(command: Command): void {
  command
    .description(
      "Prints each user's CPU credits of a day, or of several, from this machine's journal or of all machines.",
    )
    .addOption(
      new Option(
        '--source <source>',
        "this machine's journal, or the database that machines ship to",
      )
        .choices(SOURCES)
        .default('journal')
        .env('PSUSAGE_SOURCE'),
    )
    .addOption(
      new Option('--day [day]', 'today, yesterday or YYYY-MM-DD (default: today)').env(
        'PSUSAGE_DAY',
      ),
    )
    .addOption(new Option('--from <day>', 'the first of several days').env('PSUSAGE_FROM'))
    .addOption(
      new Option('--to <day>', 'the last of several days (default: today)').env('PSUSAGE_TO'),
    )
    .addOption(
      new Option('--days <n>', 'the trend of the last n days, today among them')
        .argParser(parseTrendDays)
        .env('PSUSAGE_DAYS'),
    )
    .addOption(
      new Option('--tz <zone>', "whose days they are (default: the system's time zone)").env(
        'PSUSAGE_TZ',
      ),
    )
    .addOption(
      new Option('--by <what>', 'what a row stands for; day only with --days')
        .choices(GROUPINGS)
        .default('user')
        .env('PSUSAGE_BY'),
    )
    .addOption(
      new Option(
        '--user <name>',
        'only this user, by name or uid:1001; without --by all about it: programs, commands, hours, costliest processes',
      ).env('PSUSAGE_REPORT_USER'),
    )
    .addOption(
      new Option('--mine', 'only your own processes, by your uid and name; else as --user').env(
        'PSUSAGE_MINE',
      ),
    )
    .addOption(
      new Option('--format <format>', 'for people or for programs; html is a page of all there is')
        .choices(FORMATS)
        .default('table')
        .env('PSUSAGE_FORMAT'),
    )
    .addOption(
      new Option('--output <file>', 'where it is written, in one piece (default: stdout)')
        .argParser(parseFile)
        .env('PSUSAGE_OUTPUT'),
    )
    .addOption(
      new Option('--top <n>', 'only the n largest rows, the others in one')
        .argParser(parseCount)
        .env('PSUSAGE_TOP'),
    )
    .addOption(
      new Option('--sort <column>', 'what rows are in order by')
        .choices(SORT_COLUMNS)
        .default('credits')
        .env('PSUSAGE_SORT'),
    )
    .addOption(
      new Option('--verbose', 'also each gap, each run of the recorder, uids and unseen time').env(
        'PSUSAGE_VERBOSE',
      ),
    )
    .addOption(
      new Option(
        '--budget <amount>',
        'what a user may spend a day: 20% (of one vCPU), 288c (credits) or 1728000 (util-seconds); <user>=<amount> for one, by name, uid:1001 or pattern; repeatable',
      )
        .env('PSUSAGE_BUDGET')
        .argParser(parseBudget)
        .default([], 'one vCPU, all day'),
    )
    .addOption(
      new Option(
        '--check <warn%,critical%>',
        'only who has spent that much of the budget; exit code 3 or 4, and 1 where too little was recorded',
      )
        .env('PSUSAGE_CHECK')
        .argParser(parseThresholds),
    )
    .optionsGroup('Credits of burstable instances, from the journal:')
    .addOption(
      new Option('--ledger', 'credits earned, spent and left, kept over days').env(
        'PSUSAGE_LEDGER',
      ),
    )
    .addOption(
      new Option('--baseline <percent>', 'of one vCPU, what each user earns; of all for the host')
        .argParser(parsePercent)
        .default(DEFAULT_BASELINE_PERCENT, `${DEFAULT_BASELINE_PERCENT}%`)
        .env('PSUSAGE_BASELINE'),
    )
    .addOption(
      new Option('--mode <mode>', 'held to the baseline without credits, or charged')
        .choices(CREDIT_MODES)
        .default('standard')
        .env('PSUSAGE_MODE'),
    )
    .addOption(
      new Option('--fit', 'which burstable size would do (default: the last 30 recorded days)').env(
        'PSUSAGE_FIT',
      ),
    )
    .optionsGroup('Options with --source influx:');
  addConnectionOptions(command);
  command.addHelpText('after', EXAMPLES).action(async (_options: unknown, command: Command) => {
    const { printReport } = await import('./run-report.js');
    await printReport(command);
  });
}

/**
 * Read when all are known; here it is only made sure that it can be. The environment has several in one text,
 * which commander takes for one.
 *
 * @throws UsageError, which has a hint
 */
function parseBudget(text: string, before: string[] | undefined): string[] {
  const texts = text.split(',').map((each) => each.trim());
  parseBudgets(texts);
  return [...(before ?? []), ...texts];
}

function parseTrendDays(text: string): number {
  const days = Number(text);
  if (!/^\d+$/.test(text) || days < LEAST_TREND_DAYS || days > MOST_TREND_DAYS) {
    throw new InvalidArgumentError(
      `It must be a whole number from ${LEAST_TREND_DAYS} to ${MOST_TREND_DAYS}.`,
    );
  }
  return days;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return value;
}

/** A shell's variable that is not set would leave no name. */
function parseFile(text: string): string {
  if (text === '')
    throw new InvalidArgumentError('It must be the name of a file, or - for stdout.');
  return text;
}

function parsePercent(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?) ?%?$/.exec(text) ?? [];
  const value = Number(digits);
  if (!(value > 0 && value <= 100)) {
    throw new InvalidArgumentError('It must be more than 0 % and no more than 100 %, such as 20%.');
  }
  return value;
}
