import { systemTimeZone } from '../shared/days.js';
import type { ConnectionOptions } from '../shared/influx/connection-options.js';
import { type Budgets, parseBudgets } from './models/budgets.js';
import type { CheckOptions } from './models/check.js';
import type { CreditMode } from './models/account.js';
import type { Grouping, JournalGrouping } from './data/grouping.js';
import type { Tag } from './data/influx/database.js';
import type { PeriodOptions } from './data/period.js';
import { type Format, FORMAT_NAMES } from './formats/render.js';
import { assertAllowed, hasLastDays, type ReportView, type Request } from './option-rules.js';
import type { GivenOptions, ReportOptions, SortColumn } from './options.js';
import type { OwnUser, UserFilter } from './user-filter.js';
import { isFile } from './write-output.js';

/** A request: one of the views, with all that it needs to know. */
export type ReportQuery =
  DayQuery | FleetQuery | DetailsQuery | TrendQuery | LedgerQuery | FitQuery | PageQuery;

interface JournalQuery {
  /** Its path. */
  journal: string;
  /** What the host is called where the journal does not say. */
  host: string;
}

interface PeriodQuery<Days = PeriodOptions> {
  days: Days;
  timeZone: string;
}

/** Text rather than a page. */
interface TextQuery {
  format: Format;
}

/** Rows of what was spent. */
interface RowsQuery extends TextQuery {
  sort: SortColumn;
  /** How many rows are shown; undefined for all. */
  top: number | undefined;
  /** Of users; other rows have one vCPU each. */
  budgets: Budgets;
  verbose: boolean;
}

/** Whether only users over a threshold are of interest. */
interface CheckQuery {
  check: CheckQueryOptions | undefined;
}

export interface CheckQueryOptions extends CheckOptions {
  /** Whether the output is that of a monitoring plugin. */
  isForNagios: boolean;
}

/** What each user, program or command of this machine spent. */
export interface DayQuery extends JournalQuery, PeriodQuery, RowsQuery, CheckQuery {
  view: 'day';
  by: Grouping;
  /** Undefined for everybody. */
  user: UserFilter | undefined;
}

/** The same of all machines that ship to a database. */
export interface FleetQuery extends PeriodQuery, RowsQuery, CheckQuery {
  view: 'fleet';
  by: Tag;
  server: ConnectionOptions;
}

/** What lies under a row: the hours, the costliest processes, or all about one user. */
export interface DetailsQuery extends JournalQuery, PeriodQuery, RowsQuery {
  view: 'user' | 'hours' | 'lifecycles';
  user: UserFilter | undefined;
}

/** How spending went over the last calendar days, of which today is one. */
export interface TrendQuery extends JournalQuery, PeriodQuery, RowsQuery {
  view: 'trend';
  by: JournalGrouping | 'day';
  sort: 'credits' | 'name';
}

interface AccountTerms {
  /** Of one vCPU, for each user; of all vCPUs for the host. */
  baselinePercent: number;
  mode: CreditMode;
}

/** Credits earned, spent and left. */
export interface LedgerQuery extends JournalQuery, PeriodQuery, TextQuery, AccountTerms {
  view: 'ledger';
  sort: SortColumn;
  top: number | undefined;
}

/** Which burstable size would do; without days of the last recorded ones. */
export interface FitQuery extends JournalQuery, PeriodQuery<PeriodOptions | undefined>, TextQuery {
  view: 'fit';
}

/** All there is, as a page. */
export interface PageQuery extends JournalQuery, PeriodQuery, AccountTerms {
  view: 'page';
  top: number | undefined;
  budgets: Budgets;
}

/** Who runs psusage, and where. */
export interface Caller {
  /** Undefined on a system without uids. */
  readOwnUser: () => OwnUser | undefined;
  stdoutIsTerminal: boolean;
}

/**
 * The query that the options make.
 *
 * @throws UsageError where they do not go together
 */
export function toReportQuery(given: GivenOptions, caller: Caller): ReportQuery {
  const request = toRequest(given, caller);
  assertAllowed(request);
  return buildQuery(request);
}

function toRequest(given: GivenOptions, { readOwnUser, stdoutIsTerminal }: Caller): Request {
  const { options, rankOf } = given;
  const { mine = false, user, output } = options;
  const isMine = mine && (user === undefined || rankOf('mine') >= rankOf('user'));
  return {
    ...given,
    view: chooseView(given, isMine),
    isMine,
    ownUser: isMine ? readOwnUser() : undefined,
    isOnTerminal: stdoutIsTerminal && !isFile(output),
  };
}

function chooseView(given: GivenOptions, isMine: boolean): ReportView {
  const { options, rankOf } = given;
  const { format, ledger, fit, user, by, source } = options;
  if (format === 'html') return 'page';
  if (hasLastDays(given)) return 'trend';
  if (fit === true) return 'fit';
  if (ledger === true) return 'ledger';
  const isOfOneUser = isMine || user !== undefined;
  if (isOfOneUser && rankOf(isMine ? 'mine' : 'user') > rankOf('by')) return 'user';
  if (by === 'hour') return 'hours';
  if (by === 'process') return 'lifecycles';
  return source === 'influx' ? 'fleet' : 'day';
}

/** `by` and `format` have fewer values than the options: the others were refused. */
function buildQuery(request: Request): ReportQuery {
  const { options, view, isMine, ownUser } = request;
  const { journal, host, by, sort, top, baseline: baselinePercent, mode } = options;
  const budgets = parseBudgets(options.budget);
  const user = isMine ? ownUser : namedUser(options);
  const terms = { baselinePercent, mode };
  const period = { days: choosePeriod(request), timeZone: options.tz ?? systemTimeZone() };
  if (view === 'page') return { view, journal, host, ...period, ...terms, top, budgets };
  const isForNagios = options.format === 'nagios';
  const format = isForNagios ? 'table' : oneOf(FORMAT_NAMES, options.format);
  const { check: thresholds, projected = false } = options;
  const check = thresholds && { ...thresholds, projected, isForNagios };
  const rows = { format, sort, top, budgets, verbose: options.verbose ?? false };
  switch (view) {
    case 'day': {
      const grouping = oneOf(['user', 'program', 'command', 'host'], by);
      return { view, journal, host, ...period, ...rows, by: grouping, user, check };
    }
    case 'fleet': {
      const tag = oneOf(['user', 'program', 'host'], by);
      return { view, server: options, ...period, ...rows, by: tag, check };
    }
    case 'user':
    case 'hours':
    case 'lifecycles':
      return { view, journal, host, ...period, ...rows, user };
    case 'trend':
      return {
        ...{ view, journal, host, ...period, ...rows },
        by: oneOf(['user', 'program', 'command', 'day'], by),
        sort: sort === 'name' ? 'name' : 'credits',
      };
    case 'ledger':
      return { view, journal, host, ...period, ...terms, format, sort, top };
    case 'fit': {
      const { day, from } = options;
      const days = day === undefined && from === undefined ? undefined : period.days;
      return { view, journal, host, ...period, days, format };
    }
  }
}

function namedUser({ user }: ReportOptions): UserFilter | undefined {
  return user === undefined ? undefined : { kind: 'named', text: user };
}

/** The last days, a day or a range, whichever stands where it counts for most; today where none is named. */
function choosePeriod(given: GivenOptions): PeriodOptions {
  const { options, rankOf } = given;
  const { day = true, from, to, days } = options;
  if (days !== undefined && hasLastDays(given)) return { kind: 'last', days };
  return from !== undefined && rankOf('from', 'to') > rankOf('day')
    ? { kind: 'range', from, to }
    : { kind: 'day', day: day === true ? 'today' : day };
}

function oneOf<T extends string>(values: readonly T[], text: string): T {
  const value = values.find((each) => each === text);
  if (value === undefined) throw new Error('an option that the view does not have was not refused');
  return value;
}
