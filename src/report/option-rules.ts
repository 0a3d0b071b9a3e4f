import { UsageError } from '../shared/errors.js';
import { parseBudgets } from './models/budgets.js';
import { type GivenOptions, type ReportOptions, SORT_COLUMNS, type SortColumn } from './options.js';
import type { OwnUser } from './user-filter.js';

export type ReportView =
  'day' | 'fleet' | 'user' | 'hours' | 'lifecycles' | 'trend' | 'ledger' | 'fit' | 'page';

/** The options and the view that they choose, before it is known whether they go together. */
export interface Request extends GivenOptions {
  view: ReportView;
  /** Whether `--mine` counts, and not a name that stands where it counts for more. */
  isMine: boolean;
  /** Undefined on a system without uids. */
  ownUser: OwnUser | undefined;
  /** Whether the report would be printed on a terminal. */
  isOnTerminal: boolean;
}

/** Options that do not go together, and the error. */
interface Refusal {
  /** Undefined for all views. */
  views?: readonly ReportView[];
  applies: (request: Request) => boolean;
  message: string;
  hint?: string;
}

const DETAILS: readonly ReportView[] = ['user', 'hours', 'lifecycles'];
const ROWS: readonly ReportView[] = ['day', 'fleet'];
const CREDITS: readonly ReportView[] = ['ledger', 'fit'];

/** Those of a day or a range; a trend is of the last days. */
const WITH_PERIOD: readonly ReportView[] = [...ROWS, ...DETAILS, ...CREDITS, 'page'];

const isBy =
  (...values: ReportOptions['by'][]) =>
  ({ options: { by } }: Request) =>
    values.includes(by);
const isInflux = ({ options: { source } }: Request) => source === 'influx';
const isCheck = ({ options: { check } }: Request) => check !== undefined;
const isProjected = ({ options: { projected = false }, isOnCommandLine }: Request) =>
  projected && isOnCommandLine('projected');
const isLedger = ({ options: { ledger = false } }: Request) => ledger;
const isFit = ({ options: { fit = false } }: Request) => fit;
const isUserNamed = ({ options: { user } }: Request) => user !== undefined;
const isCut = ({ options: { top } }: Request) => top !== undefined;
const isSorted = ({ options: { sort } }: Request) => sort !== 'credits';

/**
 * Which options do not go together; the first row that applies is the error. The environment and the config file are for
 * many reports, so an option without effect is refused on the command line only.
 */
export const REFUSALS: readonly Refusal[] = [
  {
    applies: ({ options, rankOf }) =>
      options.days !== undefined && rankOf('days') === rankOf('day', 'from', 'to'),
    message: '--days can not be combined with --day, --from and --to',
    hint: 'its days are the last ones, up to today',
  },

  // Your own usage only
  {
    applies: ({ options: { mine = false, user }, rankOf }) =>
      mine && user !== undefined && rankOf('user') === rankOf('mine'),
    message: '--mine can not be combined with --user',
    hint: 'the one is of whoever asks, the other of somebody who is named',
  },
  notWithMine('--by host', isBy('host')),
  notWithMine('--by day', isBy('day')),
  notWithMine('--source influx', isInflux),
  notWithMine('--ledger', isLedger),
  notWithMine('--fit', isFit),
  notWithMine('--days', hasLastDays),
  notWithMine('--check', isCheck),
  notWithMine('--format html', ({ view }) => view === 'page'),
  {
    applies: ({ isMine, ownUser }) => isMine && ownUser === undefined,
    message: '--mine needs a system on which users have a uid',
    hint: 'name one with --user',
  },

  // The page
  ...within(
    ['page'],
    [
      {
        applies: isInflux,
        message: "--format html needs a machine's own journal",
        hint: 'a database does not know vCPUs, gaps or all quarter-hours; leave out --source influx',
      },
      {
        applies: hasLastDays,
        message: '--days can not be combined with --format html',
        hint: 'the page has all of them: leave out --days',
      },
      {
        applies: isLedger,
        message: '--ledger can not be combined with --format html',
        hint: 'the page has all of them: leave out --ledger',
      },
      {
        applies: isFit,
        message: '--fit has no page',
        hint: 'use --format table, json or csv',
      },
      {
        applies: ({ options: { by } }) => by !== 'user',
        message: 'a page is by user',
        hint: 'leave out --by',
      },
      {
        applies: isUserNamed,
        message: 'a page is of every user',
        hint: 'leave out --user',
      },
      {
        applies: isCheck,
        message: '--check has no page',
        hint: 'a page names who is over the budget anyway',
      },
      ...withoutEffect('--format html', ['sort', 'verbose']),
      {
        applies: ({ isOnTerminal }) => isOnTerminal,
        message: 'a page is nothing for a terminal',
        hint: 'name a file: --output day.html',
      },
    ],
  ),

  // The trend
  ...within(
    ['trend'],
    [
      {
        applies: (request) => isLedger(request) || isFit(request),
        message: '--days is for the trend, --ledger and --fit have days of their own',
        hint: 'name them with --from and --to',
      },
      {
        applies: isCheck,
        message: '--check looks at a day or a range',
        hint: 'name it with --day or --from',
      },
      {
        applies: isInflux,
        message: "--days needs a machine's own journal",
        hint: 'a database does not know which days were recorded as a whole; leave out --source influx',
      },
      {
        applies: (request) => isBy('hour', 'process')(request) || isUserNamed(request),
        message: 'a trend has no hours or processes, and is of all users',
        hint: 'name the days with --from and --to instead of --days',
      },
      {
        applies: isBy('host'),
        message: 'a trend has no rows by host',
        hint: 'the total of any other is that of the host',
      },
      ...notInOrder('a trend is', {
        columns: ['credits', 'cpu-time', 'util-seconds', 'capacity', 'name'],
        hint: 'use --sort credits or --sort name',
      }),
      {
        applies: (request) => isBy('day')(request) && (isCut(request) || isSorted(request)),
        message: 'days are all shown, in their order',
        hint: 'leave out --top and --sort',
      },
    ],
  ),

  // Days
  ...within(WITH_PERIOD, [
    {
      applies: isBy('day'),
      message: '--by day needs --days',
      hint: 'such as --days 30 --by day',
    },
    {
      applies: ({ options: { day }, rankOf }) =>
        day !== undefined && rankOf('day') === rankOf('from', 'to'),
      message: '--day can not be combined with --from and --to',
      hint: 'name one day with --day, or several with --from and --to',
    },
    {
      applies: ({ options: { from }, rankOf }) =>
        from === undefined && rankOf('to') > rankOf('day'),
      message: '--to needs a --from',
      hint: 'name the first day too',
    },
  ]),

  ...within(
    [...ROWS, ...DETAILS, 'trend'],
    (['baseline', 'mode'] as const).map((name) => ({
      applies: ({ isOnCommandLine }) => isOnCommandLine(name),
      message: `--${name} needs --ledger`,
    })),
  ),

  // Hours, processes and one user
  ...within(DETAILS, [
    {
      applies: isCheck,
      message: '--check looks at every user',
      hint: 'leave out --user and --by',
    },
    {
      applies: isInflux,
      message: "hours, processes and a user alone are known to a machine's own journal",
      hint: 'on the machine itself: leave out --source influx',
    },
    {
      views: ['hours'],
      applies: (request) => isCut(request) || isSorted(request),
      message: 'hours are all shown, in their order',
      hint: 'leave out --top and --sort',
    },
  ]),
  ...within(
    ['lifecycles'],
    notInOrder('processes are', {
      columns: ['credits', 'cpu-time', 'util-seconds'],
      hint: 'leave out --sort',
    }),
  ),

  // The ledger and the fit
  {
    views: CREDITS,
    applies: (request) => isLedger(request) && isFit(request),
    message: '--ledger can not be combined with --fit',
    hint: 'they are two reports: one keeps the accounts, the other tries sizes',
  },
  ...CREDITS.map((view) => ({
    views: [view],
    applies: isInflux,
    message: `--${view} needs the journal: a database does not know vCPUs, gaps or all quarter-hours`,
    hint: `on the machine itself: psusage report --source journal --${view}`,
  })),
  ...within(
    ['ledger'],
    [
      ...withoutEffect('--ledger', ['by', 'user', 'verbose', 'budget', 'check']),
      ...notInOrder('a ledger is', {
        columns: ['credits', 'cpu-time', 'util-seconds', 'capacity', 'left', 'name'],
        hint: 'use --sort credits, left or name',
      }),
    ],
  ),
  ...within(
    ['fit'],
    [
      ...withoutEffect('--fit', ['by', 'user', 'verbose', 'budget', 'check']),
      ...withoutEffect('--fit', ['sort', 'top', 'baseline', 'mode']),
    ],
  ),

  // A check
  ...within(ROWS, [
    {
      applies: (request) => isCheck(request) && isUserNamed(request),
      message: '--check looks at every user',
      hint: 'leave out --user',
    },
    {
      applies: (request) => isCheck(request) && !isBy('user')(request),
      message: 'only users have budgets to be checked',
      hint: 'leave out --by',
    },
    {
      applies: (request) => isCheck(request) && isCut(request),
      message: '--check looks at every user',
      hint: 'leave out --top',
    },
    ...(['sort', 'verbose'] as const).map((name) => ({
      applies: (request: Request) =>
        isCheck(request) && request.options.format === 'table' && request.isOnCommandLine(name),
      message: `--${name} has no meaning with --check`,
      hint: 'it has a line for each user, the worst first',
    })),
  ]),

  // Rows of a database, and of a journal
  ...within(
    ['fleet'],
    [
      {
        applies: isUserNamed,
        message: "a user alone is known to a machine's own journal",
        hint: 'leave out --source influx or --user',
      },
      {
        applies: isBy('command'),
        message: 'a database has no sums by command: it is no tag there',
        hint: "--by user, program or host; by command from each machine's own journal",
      },
      unknownToServer('processes', () => true),
      unknownToServer('unseen', ({ options: { server } }) => server === 'victoriametrics'),
      {
        applies: ({ options: { budget }, isOnCommandLine }) =>
          isOnCommandLine('budget') &&
          parseBudgets(budget).own.some(
            ({ holder }) => holder.kind === 'user' && holder.named.name === null,
          ),
        message: 'a database does not know uids',
        hint: 'name the user whose budget it is: --budget foo_com=288c',
      },
    ],
  ),
  {
    views: ['day'],
    applies: (request) => isBy('host')(request) && isUserNamed(request),
    message: 'the row of a host is of all its users',
    hint: 'leave out --user or --by host',
  },
  ...within(
    [...ROWS, 'trend'],
    (['program', 'command', 'host', 'day'] as const).map((by) => ({
      applies: (request) => isBy(by)(request) && request.isOnCommandLine('budget'),
      message: `--budget has no meaning with --by ${by}`,
      hint: 'only users have budgets: leave out one of the two',
    })),
  ),

  {
    applies: (request) => isProjected(request) && !isCheck(request),
    message: '--projected needs --check',
    hint: 'such as --check 80,100 --projected',
  },
  {
    applies: (request) => isProjected(request) && isInflux(request),
    message: "--projected needs a machine's own journal",
    hint: 'a database does not know what was recorded of the day; leave out --source influx',
  },
  {
    applies: (request) =>
      request.options.format === 'nagios' && !(ROWS.includes(request.view) && isCheck(request)),
    message: '--format nagios needs --check',
    hint: 'such as --check 80,100 --format nagios',
  },

  // The server
  ...Object.entries({
    ...{ server: '--server', url: '--url', org: '--org', bucket: '--bucket' },
    ...{ tokenFile: '--token-file', database: '--database', username: '--username' },
    passwordFile: '--password-file',
  } as const).map(([name, flag]) => ({
    applies: (request: Request) =>
      !isInflux(request) && request.isOnCommandLine(name as keyof ReportOptions),
    message: `${flag} needs --source influx`,
    hint: 'a journal is on this machine, and has no server',
  })),
];

/** Whether the last days are meant, rather than a day or a range. */
export function hasLastDays({ options, rankOf }: GivenOptions): boolean {
  return options.days !== undefined && rankOf('days') > rankOf('day', 'from', 'to');
}

/** @throws UsageError where the options do not go together */
export function assertAllowed(request: Request): void {
  const refusal = REFUSALS.find(
    ({ views, applies }) => (views?.includes(request.view) ?? true) && applies(request),
  );
  if (refusal !== undefined) throw new UsageError(refusal.message, refusal.hint);
}

function notWithMine(flag: string, isGiven: Refusal['applies']): Refusal {
  return {
    applies: (request) => request.isMine && isGiven(request),
    message: `${flag} is of every user`,
    hint: `leave out --mine or ${flag}`,
  };
}

function within(views: readonly ReportView[], refusals: readonly Refusal[]): Refusal[] {
  return refusals.map((refusal) => ({ views, ...refusal }));
}

function withoutEffect(
  flag: string,
  names: readonly (
    'by' | 'user' | 'sort' | 'top' | 'verbose' | 'budget' | 'check' | 'baseline' | 'mode'
  )[],
): Refusal[] {
  return names.map((name) => ({
    applies: ({ isOnCommandLine }) => isOnCommandLine(name),
    message: `--${name} has no meaning with ${flag}`,
  }));
}

function notInOrder(
  whatIs: string,
  { columns, hint }: { columns: readonly SortColumn[]; hint: string },
): Refusal[] {
  return SORT_COLUMNS.filter((column) => !columns.includes(column)).map((column) => ({
    applies: ({ options: { sort }, isOnCommandLine }) => sort === column && isOnCommandLine('sort'),
    message: `${whatIs} not in order by ${column}`,
    hint,
  }));
}

function unknownToServer(column: SortColumn, applies: Refusal['applies']): Refusal {
  return {
    applies: (request) => request.options.sort === column && applies(request),
    message: `--sort ${column}: that is not known from this server`,
    hint: '--sort credits puts those first who spent the most',
  };
}
