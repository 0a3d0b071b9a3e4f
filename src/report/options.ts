import { type Command, InvalidArgumentError, Option } from 'commander';
import type { GlobalOptions } from '../shared/global-options.js';
import { UsageError } from '../shared/errors.js';
import {
  addConnectionOptions,
  type ConnectionOptions,
} from '../shared/influx/connection-options.js';
import { type Format, FORMAT_NAMES } from './formats/render.js';
import type { CreditMode } from './models/account.js';
import { parseBudgets, parseThresholds, type Thresholds } from './models/budgets.js';
import { outputOption } from './output-option.js';

const SOURCES = ['journal', 'influx'] as const;
const ROW_KINDS = ['user', 'program', 'command', 'host', 'hour', 'process', 'day'] as const;
const LEAST_TREND_DAYS = 2;
const MOST_TREND_DAYS = 3_660;

/** A month: of more there are days. */
const MOST_HOURS = 744;

/** What rows can be in order by; the default is the first. */
export const SORT_COLUMNS = [
  'credits',
  'cpu-time',
  'util-seconds',
  'processes',
  'budget',
  'left',
  'capacity',
  'short-lived',
  'name',
] as const;

export type SortColumn = (typeof SORT_COLUMNS)[number];

/** What a row can stand for. */
export type RowKind = (typeof ROW_KINDS)[number];

const CREDIT_MODES: CreditMode[] = ['standard', 'unlimited'];

/** That of a small or medium burstable instance, for each of its vCPUs. */
const DEFAULT_BASELINE_PERCENT = 20;

/** What the command line, the environment and the config file say, merged. */
export interface ReportOptions extends GlobalOptions, ConnectionOptions {
  source: (typeof SOURCES)[number];
  /** True when the flag stands alone. */
  day?: string | true;
  from?: string;
  to?: string;
  tz?: string;
  days?: number;
  /** True when the flag stands alone. */
  week?: string | true;
  month?: string | true;
  hours?: number;
  /** HH:MM */
  at?: string;
  by: RowKind;
  /** As `parseNamedUsers` reads it. */
  user?: string;
  mine?: boolean;
  format: Format | 'html' | 'nagios' | 'prometheus';
  /** A file, `-` for stdout. */
  output?: string;
  sort: SortColumn;
  top?: number;
  verbose?: boolean;
  budget: string[];
  check?: Thresholds;
  projected?: boolean;
  ledger?: boolean;
  /** In percent of one vCPU. */
  baseline: number;
  mode: CreditMode;
  fit?: boolean;
  force?: boolean;
}

export type OptionName = keyof ReportOptions;

/** The options, and where each of them stands. */
export interface GivenOptions {
  options: ReportOptions;
  /**
   * The rank of the place where an option stands: 2 for the command line, 1 for the environment, 0 for the config file, -1
   * for none; of several options the highest. It decides between options that contradict each other.
   */
  rankOf: (...names: OptionName[]) => number;
  isOnCommandLine: (name: OptionName) => boolean;
}

const RANKS = ['config', 'env', 'cli'];

export function readOptions(command: Command): GivenOptions {
  const sourceOf = (name: OptionName) => command.getOptionValueSource(name) ?? '';
  return {
    options: command.optsWithGlobals<ReportOptions>(),
    rankOf: (...names) => Math.max(...names.map((name) => RANKS.indexOf(sourceOf(name)))),
    isOnCommandLine: (name) => sourceOf(name) === 'cli',
  };
}

/** The ways to name the time of a report, each with its options. */
export const PERIOD_OPTIONS = {
  last: ['days'],
  hours: ['hours'],
  week: ['week'],
  month: ['month'],
  day: ['day'],
  range: ['from', 'to'],
} as const satisfies Record<string, readonly OptionName[]>;

export type PeriodKind = keyof typeof PERIOD_OPTIONS;

/** In which way the time is named where that counts for most: none where it is not, several where they contradict each other. */
export function chosenPeriods(
  { rankOf }: GivenOptions,
  kinds: readonly PeriodKind[] = Object.keys(PERIOD_OPTIONS) as PeriodKind[],
): PeriodKind[] {
  const rank = (kind: PeriodKind) => rankOf(...PERIOD_OPTIONS[kind]);
  const highest = Math.max(...kinds.map(rank));
  return highest < 0 ? [] : kinds.filter((kind) => rank(kind) === highest);
}

/** Whether the last days are meant, rather than a day or a range. */
export function hasLastDays(given: GivenOptions): boolean {
  return chosenPeriods(given)[0] === 'last';
}

/** Whether the last hours are meant; they are shown by hour. */
export function hasLastHours(given: GivenOptions): boolean {
  return chosenPeriods(given)[0] === 'hours' && given.rankOf('hours') >= given.rankOf('by');
}

/** Whether `--mine` counts, and not a name that stands where it counts for more. */
export function isMine({ options: { mine = false, user }, rankOf }: GivenOptions): boolean {
  return mine && (user === undefined || rankOf('mine') >= rankOf('user'));
}

/** The option as it is written: `--token-file`, `--by hour`. */
export function flagOf(name: OptionName, value?: string): string {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return value === undefined ? flag : `${flag} ${value}`;
}

export function addReportOptions(command: Command): void {
  command
    .optionsGroup('Which days:')
    .addOption(
      new Option('--day [day]', 'today, yesterday or YYYY-MM-DD (default: today)').env(
        'PSUSAGE_DAY',
      ),
    )
    .addOption(new Option('--from <day>', 'first of several days').env('PSUSAGE_FROM'))
    .addOption(new Option('--to <day>', 'last of several days (default: today)').env('PSUSAGE_TO'))
    .addOption(
      new Option('--days <n>', 'growth over the last n days, today included')
        .argParser(parseTrendDays)
        .env('PSUSAGE_DAYS'),
    )
    .addOption(
      new Option('--week [week]', 'Monday until today; last: the week before; or a date in it').env(
        'PSUSAGE_WEEK',
      ),
    )
    .addOption(
      new Option('--month [month]', 'the 1st until today; last: the month before; or YYYY-MM').env(
        'PSUSAGE_MONTH',
      ),
    )
    .addOption(
      new Option('--hours <n>', 'the last n hours, one row for each; this hour included')
        .argParser(parseHours)
        .env('PSUSAGE_HOURS'),
    )
    .addOption(
      new Option('--at <HH:MM>', 'which processes ran in this minute of the day')
        .argParser(parseMinute)
        .env('PSUSAGE_AT'),
    )
    .addOption(
      new Option('--tz <zone>', "time zone of the days (default: the system's)").env('PSUSAGE_TZ'),
    )
    .optionsGroup('What to show:')
    .addOption(
      new Option('--by <what>', 'one row for each; day: the last 30 days, unless others are named')
        .choices(ROW_KINDS)
        .default('user')
        .env('PSUSAGE_BY'),
    )
    .addOption(
      new Option(
        '--user <name>',
        'only this user, by name, uid:1001 or pattern (shop*); without --by: programs, commands, hours and costliest processes',
      )
        .env('PSUSAGE_REPORT_USER')
        .argParser(parseOnlyUser),
    )
    .addOption(new Option('--mine', 'your own usage only, as --user shows it').env('PSUSAGE_MINE'))
    .addOption(
      new Option('--top <n>', 'only the n largest rows, the others in one')
        .argParser(parseCount)
        .env('PSUSAGE_TOP'),
    )
    .addOption(
      new Option('--sort <column>', 'order of the rows')
        .choices(SORT_COLUMNS)
        .default('credits')
        .env('PSUSAGE_SORT'),
    )
    .addOption(
      new Option(
        '--verbose',
        'also each gap, each run of the recorder, uids, util-seconds, shares of whole days, CPU time of short-lived processes, each kernel thread and rows that round to nothing',
      ).env('PSUSAGE_VERBOSE'),
    )
    .optionsGroup('Budgets and alerts:')
    .addOption(
      new Option(
        '--budget <amount>',
        'what a user may spend a day: 20% (of one vCPU), 288c (credits) or 1728000 (util-seconds); for one user or a pattern: foo_com=50%, shop_*=288c; repeatable',
      )
        .env('PSUSAGE_BUDGET')
        .argParser(parseBudget)
        .default([], 'one vCPU, all day'),
    )
    .addOption(
      new Option(
        '--check <warn%,critical%>',
        'print only users at or above these percentages of the budget, with their costliest processes; exits 3 or 4, or 1 if too little was recorded',
      )
        .env('PSUSAGE_CHECK')
        .argParser(parseThresholds),
    )
    .addOption(
      new Option('--projected', 'with --check: check the total expected at midnight').env(
        'PSUSAGE_PROJECTED',
      ),
    )
    .optionsGroup('Output:')
    .addOption(
      new Option(
        '--format <format>',
        'html: one page with plots; nagios: the line of a monitoring plugin, with --check; prometheus: for node_exporter',
      )
        .choices([...FORMAT_NAMES, 'html', 'nagios', 'prometheus'])
        .default('table')
        .env('PSUSAGE_FORMAT'),
    )
    .addOption(outputOption('PSUSAGE_OUTPUT'))
    .optionsGroup('Credits as burstable instances have them:')
    .addOption(
      new Option('--fit', 'which burstable size would do (default: the last 30 recorded days)').env(
        'PSUSAGE_FIT',
      ),
    )
    .addOption(
      new Option('--force', 'with --fit: also with less than seven days').env('PSUSAGE_FORCE'),
    )
    .addOption(new Option('--ledger', 'credits earned, spent and left').env('PSUSAGE_LEDGER'))
    .addOption(
      new Option(
        '--baseline <percent>',
        'credits that each user earns, in percent of one vCPU; the host earns it for each vCPU',
      )
        .argParser(parsePercent)
        .default(DEFAULT_BASELINE_PERCENT, `${DEFAULT_BASELINE_PERCENT}%`)
        .env('PSUSAGE_BASELINE'),
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'without credits left: standard limits to the baseline, unlimited charges',
      )
        .choices(CREDIT_MODES)
        .default('standard')
        .env('PSUSAGE_MODE'),
    )
    .optionsGroup('All machines that ship to one server:')
    .addOption(
      new Option('--source <source>', "this machine's journal, or the server named below")
        .choices(SOURCES)
        .default('journal')
        .env('PSUSAGE_SOURCE'),
    );
  addConnectionOptions(command);
}

/**
 * Read when all are known; here it is only made sure that it can be. The environment has several in one text,
 * which commander takes for one.
 *
 * @throws UsageError, which has a hint
 */
function parseOnlyUser(text: string, before: string | undefined): string {
  if (before === undefined) return text;
  throw new InvalidArgumentError("It goes once: a pattern such as 'shop*' names several users.");
}

function parseBudget(text: string, before: string[] | undefined): string[] {
  const texts = text.split(',').map((each) => each.trim());
  parseBudgets(texts);
  return [...(before ?? []), ...texts];
}

function parseTrendDays(text: string): number {
  return parseWithin(text, LEAST_TREND_DAYS, MOST_TREND_DAYS);
}

function parseHours(text: string): number {
  return parseWithin(text, 1, MOST_HOURS);
}

/** @throws UsageError, which has a hint */
function parseMinute(text: string): string {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return text;
  throw new UsageError(`'${text}' is not a minute of the day`, 'write HH:MM, such as 14:32');
}

function parseWithin(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  }
  return value;
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return value;
}

function parsePercent(text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?) ?%?$/.exec(text) ?? [];
  const value = Number(digits);
  if (!(value > 0 && value <= 100)) {
    throw new InvalidArgumentError('It must be more than 0 % and no more than 100 %, such as 20%.');
  }
  return value;
}
