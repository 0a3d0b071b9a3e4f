import { UsageError } from '../shared/errors.js';
import { OPTIONS_OF_VIEWS, type ReportView, VIEWS } from './all-views.js';
import { parseBudgets } from './models/budgets.js';
import {
  chosenPeriods,
  flagOf,
  type GivenOptions,
  isMine,
  PERIOD_OPTIONS,
  type PeriodKind,
} from './options.js';
import type { OwnUser } from './user-filter.js';

/** The options and the view that they choose, before it is known whether they go together. */
export interface Request extends GivenOptions {
  view: ReportView;
  /** The view, and the others that some option chooses. */
  chosen: readonly ReportView[];
  /** Undefined on a system without uids. */
  ownUser: OwnUser | undefined;
  /** Whether the report would be printed on a terminal. */
  isOnTerminal: boolean;
}

interface Refusal {
  message: string;
  hint?: string | undefined;
}

/** Options that do not go together for a reason of their own. */
interface Rule extends Refusal {
  /** By name; undefined for all views. */
  views?: readonly string[];
  applies: (request: Request) => boolean;
}

const ROWS = ['day', 'fleet'];

const isCheck = ({ options: { check } }: Request) => check !== undefined;
const isOfOneUser = (request: Request) => isMine(request) || request.options.user !== undefined;

const isToday = (day: string | true | undefined) => day === true || day === 'today';

/** What the table of views does not tell. */
export const RULES: readonly Rule[] = [
  {
    applies: (request) =>
      chosenPeriods(request)[0] === 'range' && request.options.from === undefined,
    message: '--to needs a --from',
    hint: 'name the first day too',
  },
  {
    applies: ({ options: { mine = false, user }, rankOf }) =>
      mine && user !== undefined && rankOf('user') === rankOf('mine'),
    message: '--mine cannot be combined with --user',
    hint: '--mine shows your own usage, --user that of the named user',
  },
  {
    applies: (request) => isMine(request) && request.ownUser === undefined,
    message: '--mine needs a system on which users have a uid',
    hint: 'name one with --user',
  },
  {
    views: ['prometheus'],
    applies: ({ options: { day }, isOnCommandLine }) =>
      Object.values(PERIOD_OPTIONS)
        .flat()
        .some((name) => isOnCommandLine(name) && !(name === 'day' && isToday(day))),
    message: '--format prometheus always has today, and counters of all time',
    hint: 'name no other days',
  },
  {
    views: ['minute'],
    applies: ({ isOnCommandLine }) =>
      (['from', 'to', 'week', 'month'] as const).some((name) => isOnCommandLine(name)),
    message: '--at is a minute of one day',
    hint: 'name the day with --day, such as --day yesterday',
  },
  {
    views: ['page'],
    applies: ({ isOnTerminal }) => isOnTerminal,
    message: 'a page cannot be shown on a terminal',
    hint: 'write it to a file: --output day.html',
  },
  {
    views: ['trend'],
    applies: ({ options: { by, sort }, isOnCommandLine }) =>
      by === 'day' && (isOnCommandLine('top') || (sort !== 'credits' && isOnCommandLine('sort'))),
    message: '--by day always shows all days, in order',
    hint: 'leave out --top and --sort',
  },
  {
    views: ['day'],
    applies: (request) => request.options.by === 'host' && isOfOneUser(request),
    message: '--by host adds up all users of a host',
    hint: 'leave out --by host, or --user and --mine',
  },
  {
    views: ['day'],
    applies: (request) => request.isOnCommandLine('projected') && !isCheck(request),
    message: '--projected needs --check',
    hint: 'such as --check 80,100 --projected',
  },
  {
    applies: (request) =>
      request.options.format === 'nagios' &&
      !(isCheck(request) && (ROWS.includes(request.view.name) || request.isOnCommandLine('check'))),
    message: '--format nagios needs --check',
    hint: 'such as --check 80,100 --format nagios',
  },
  {
    views: ROWS,
    applies: (request) => isCheck(request) && request.options.top !== undefined,
    message: '--check always checks every user',
    hint: 'leave out --top',
  },
  {
    views: ROWS,
    applies: (request) => isCheck(request) && request.options.by !== 'user',
    message: '--check needs --by user: only users have budgets',
    hint: 'leave out --by',
  },
  {
    views: ROWS,
    applies: (request) =>
      isCheck(request) &&
      request.options.format === 'table' &&
      (request.isOnCommandLine('sort') || request.isOnCommandLine('verbose')),
    message: '--sort and --verbose have no effect with --check',
    hint: 'it prints one line for each user, the worst first',
  },
  {
    views: [...ROWS, 'trend'],
    applies: ({ options: { by }, isOnCommandLine }) => by !== 'user' && isOnCommandLine('budget'),
    message: '--budget works only with --by user',
    hint: 'only users have budgets: leave out one of the two',
  },
  {
    views: [...ROWS, 'user'],
    applies: ({ options: { sort, budget, by }, isOnCommandLine }) =>
      ['budget', 'left'].includes(sort) &&
      isOnCommandLine('sort') &&
      (budget.length === 0 || by !== 'user'),
    message: '--sort budget and --sort left need budgets of users',
    hint: 'set them with --budget, such as --budget 20%, and leave out --by',
  },
  {
    views: ['fleet'],
    applies: ({ options: { sort, server } }) =>
      sort === 'short-lived' && server === 'victoriametrics',
    message: '--sort short-lived: this server does not know the CPU time of short-lived processes',
    hint: 'sort by --sort credits instead',
  },
  {
    views: ['fleet'],
    applies: ({ options: { budget }, isOnCommandLine }) =>
      isOnCommandLine('budget') &&
      parseBudgets(budget).own.some(
        ({ holders }) => holders.kind === 'user' && holders.name === null,
      ),
    message: '--budget with a uid: a database does not know uids',
    hint: 'use the name of the user: --budget foo_com=288c',
  },
];

const LEAVE_OUT_ONE = 'leave out one of the two';

/** @throws UsageError where the options do not go together */
export function assertAllowed(request: Request): void {
  const refusal =
    refuseTwoPeriods(request) ??
    RULES.find(
      ({ views, applies }) => (views?.includes(request.view.name) ?? true) && applies(request),
    ) ??
    refuseDatabase(request) ??
    refuseOneUser(request) ??
    refuseSecondView(request) ??
    refuseWithoutEffect(request);
  if (refusal !== undefined) throw new UsageError(refusal.message, refusal.hint);
}

/** A day, a week or the last days: the one that stands higher counts. */
function refuseTwoPeriods(request: Request): Refusal | undefined {
  const [first, second] = chosenPeriods(request);
  if (first === undefined || second === undefined) return undefined;
  const format = (kind: PeriodKind) =>
    PERIOD_OPTIONS[kind].map((name) => flagOf(name)).join(' and ');
  const hint =
    first === 'last'
      ? '--days always ends today; use --from and --to for other days'
      : 'name one day with --day, or several with --from and --to';
  return { message: `${format(first)} cannot be combined with ${format(second)}`, hint };
}

/** The figures would be of other machines than was meant, so it is refused wherever it stands. */
function refuseDatabase({ view, options }: Request): Refusal | undefined {
  if (options.source !== 'influx' || view.takes.includes('server')) return undefined;
  return {
    message: `${formatFlag(view)} needs a machine's own journal`,
    hint: 'a database does not know processes, commands, vCPUs or gaps: leave out --source influx',
  };
}

/** A report of one user must not become one of everybody, wherever the user stands. */
function refuseOneUser(request: Request): Refusal | undefined {
  const { view } = request;
  if (!isOfOneUser(request) || view.takes.includes('user')) return undefined;
  const flag = formatFlag(view);
  const user = flagOf(isMine(request) ? 'mine' : 'user');
  return { message: `${flag} always shows every user`, hint: `leave out ${user} or ${flag}` };
}

/** An option that chooses another view contradicts the one that stands no higher, unless this view takes it too. */
function refuseSecondView({ view, chosen, rankOf }: Request): Refusal | undefined {
  const rank = ({ flag: [name] }: ReportView) => (name === undefined ? -1 : rankOf(name));
  const takes = ({ flag: [name] }: ReportView) =>
    name !== undefined && view.takes.includes(name === 'mine' ? 'user' : name);
  const other = chosen.find(
    (each) =>
      each.name !== view.name && each.flag.length > 0 && !takes(each) && rank(each) >= rank(view),
  );
  return (
    other && {
      message: `${formatFlag(other)} cannot be combined with ${formatFlag(view)}`,
      hint: view.hint ?? LEAVE_OUT_ONE,
    }
  );
}

/** The environment and the config file are for many reports, so only the command line is refused. */
function refuseWithoutEffect({ view, options, isOnCommandLine }: Request): Refusal | undefined {
  const name = OPTIONS_OF_VIEWS.find((each) => isOnCommandLine(each) && !view.takes.includes(each));
  if (name !== undefined) {
    const takers = VIEWS.filter(({ takes }) => takes.includes(name));
    const isForFew = takers.every(({ flag }) => flag.length > 0);
    return isForFew
      ? { message: `${flagOf(name)} needs ${formatChoice([...new Set(takers.map(formatFlag))])}` }
      : withoutEffect(flagOf(name), view);
  }
  for (const name of ['by', 'sort'] as const) {
    const [values, value] = [view[name], options[name]];
    if (!isOnCommandLine(name) || values?.some((each) => each === value)) continue;
    if (values === undefined) return withoutEffect(flagOf(name), view);
    const others = values.length > 1 ? `use ${flagOf(name, formatChoice(values))}` : undefined;
    return withoutEffect(flagOf(name, value), view, others);
  }
  return undefined;
}

function withoutEffect(what: string, view: ReportView, hint = view.hint ?? LEAVE_OUT_ONE): Refusal {
  return { message: `${what} has no effect with ${formatFlag(view)}`, hint };
}

function formatFlag({ flag: [name, value] }: ReportView): string {
  return name === undefined ? '' : flagOf(name, value);
}

function formatChoice(texts: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(texts);
}
