import { systemTimeZone } from '../shared/days.js';
import { type ReportView, VIEWS } from './all-views.js';
import type { PeriodOptions } from './data/period.js';
import { FORMAT_NAMES } from './formats/render.js';
import { parseBudgets } from './models/budgets.js';
import { assertAllowed } from './option-rules.js';
import {
  chosenPeriods,
  type GivenOptions,
  isMine,
  type PeriodKind,
  type ReportOptions,
} from './options.js';
import type { CheckQuery, ReportQuery } from './query.js';
import type { OwnUser, UserFilter } from './user-filter.js';
import { isFile } from './write-output.js';

/** Who runs psusage, and where. */
export interface Caller {
  /** Undefined on a system without uids. */
  readOwnUser: () => OwnUser | undefined;
  stdoutIsTerminal: boolean;
}

/**
 * The view that the options choose, and what they ask of it.
 *
 * @throws UsageError where they do not go together
 */
export function readQuery(
  given: GivenOptions,
  { readOwnUser, stdoutIsTerminal }: Caller,
): { view: ReportView; query: ReportQuery } {
  const { options } = given;
  const chosen = VIEWS.filter(({ isChosen }) => isChosen(given));
  const [view] = chosen;
  if (view === undefined) throw new Error('the last view is always chosen');
  const ownUser = isMine(given) ? readOwnUser() : undefined;
  const isOnTerminal = stdoutIsTerminal && !isFile(options.output);
  assertAllowed({ ...given, view, chosen, ownUser, isOnTerminal });
  const query = {
    journal: options.journal,
    host: options.host,
    server: options,
    days:
      choosePeriod(given, view) ??
      (view.by?.includes('day') === true && options.by === 'day' ? LAST_DAYS : undefined),
    at: options.at,
    timeZone: options.tz ?? systemTimeZone(),
    format: FORMAT_NAMES.find((name) => name === options.format) ?? 'table',
    by: oneOf(view.by, options.by),
    user: isMine(given) ? ownUser : namedUser(options),
    sort: oneOf(view.sort, options.sort),
    top: options.top,
    verbose: options.verbose ?? false,
    budgets: parseBudgets(options.budget),
    check: toCheck(options),
    withLedger: options.ledger ?? false,
    baselinePercent: options.baseline,
    mode: options.mode,
    force: options.force ?? false,
  };
  return { view, query };
}

function toCheck({ check, projected = false, format }: ReportOptions): CheckQuery | undefined {
  return check && { ...check, projected, isForNagios: format === 'nagios' };
}

function namedUser({ user }: ReportOptions): UserFilter | undefined {
  return user === undefined ? undefined : { kind: 'named', text: user };
}

/** Of `--by day` where no days are named. */
const LAST_DAYS = { kind: 'last', days: 30 } as const;

const OF_DAYS: readonly PeriodKind[] = ['last', 'week', 'month', 'day', 'range'];

/**
 * The last days, a week, a day or a range, whichever stands where it counts for most; the last hours only by hour, and
 * of a minute the day alone.
 */
function choosePeriod(given: GivenOptions, { takes }: ReportView): PeriodOptions | undefined {
  const { day, from, to, days, week, month, hours } = given.options;
  const ofMinute = takes.includes('at') ? (['day'] as const) : OF_DAYS;
  const [kind] = chosenPeriods(given, takes.includes('hours') ? ['hours'] : ofMinute);
  if (kind === 'last' && days !== undefined) return { kind, days };
  if (kind === 'hours' && hours !== undefined) return { kind, hours };
  if (kind === 'range' && from !== undefined) return { kind, from, to };
  if (kind === 'day') return { kind, day: valueOr('today', day) };
  if (kind === 'week') return { kind, week: valueOr('this', week) };
  return kind === 'month' ? { kind, month: valueOr('this', month) } : undefined;
}

/** Of an option that may stand alone. */
function valueOr(alone: string, value: string | true | undefined): string {
  return typeof value === 'string' ? value : alone;
}

/** What the environment or the config file names for other views does not count. */
function oneOf<T>(values: readonly [T, ...T[]] | undefined, value: T): T {
  return values === undefined || values.includes(value) ? value : values[0];
}
