import type { CommandResult } from './command-result.js';
import {
  type GivenOptions,
  hasLastDays,
  hasLastHours,
  isMine,
  type OptionName,
  type RowKind,
  SORT_COLUMNS,
  type SortColumn,
} from './options.js';
import type { ReportQuery } from './query.js';
import type { Terminal } from './terminal.js';

/** Makes the report, ready to be printed; the exit code is 0 where there is only a text. */
type Make<By extends RowKind> = (
  query: ReportQuery<By>,
  nowMs: number,
  terminal: Terminal,
) => Promise<CommandResult | string>;

/** A view of the report. Every view has days, a time zone, a format and an output. */
export interface ReportView<By extends RowKind = RowKind> {
  name: string;
  /** The option that chooses it, and the value where it has one; none for the view without options. */
  flag: readonly [] | readonly [option: OptionName, value?: string];
  isChosen: (given: GivenOptions) => boolean;
  /** The options that have an effect on it, besides those that choose a view. */
  takes: readonly OptionName[];
  /** What its rows can stand for, and be in order by; the first where an option names another. None without the option. */
  by?: readonly [By, ...By[]];
  sort?: readonly [SortColumn, ...SortColumn[]];
  /** What to do instead of an option that does not go with it. */
  hint?: string;
  /** Its libraries are loaded for it alone. */
  load: () => Promise<Make<By>>;
}

const CONNECTION: readonly OptionName[] = [
  ...(['server', 'url', 'org', 'bucket', 'tokenFile'] as const),
  ...(['database', 'username', 'passwordFile'] as const),
];

const ABOUT_ONE_USER = {
  name: 'user',
  takes: ['user', 'top', 'verbose', 'budget'],
  by: ['user'],
  sort: SORT_COLUMNS,
  load: async () => (await import('./make-details.js')).makeUser,
} as const;

const BY_HOUR = {
  name: 'hours',
  by: ['hour'],
  sort: ['credits'],
  load: async () => (await import('./make-details.js')).makeHours,
} as const;

const TREND = {
  name: 'trend',
  takes: ['user', 'top', 'verbose', 'budget'],
  by: ['user', 'program', 'command', 'day'],
  sort: ['credits', 'cpu-time', 'util-seconds', 'capacity', 'name'],
  hint: 'name the days with --from and --to instead of --days',
  load: async () => (await import('./make-trend.js')).makeTrend,
} as const;

const PAGE = {
  name: 'page',
  takes: ['user', 'top', 'budget'],
  by: ['user'],
  hint: 'a page always has the users and the trend; leave the option out',
  load: async () => (await import('./make-page.js')).makePage,
} as const;

/** The first that is chosen is the one. */
export const VIEWS: readonly ReportView[] = [
  view({
    ...PAGE,
    flag: ['ledger'],
    isChosen: ({ options }) => options.format === 'html' && options.ledger === true,
    takes: [...PAGE.takes, 'baseline', 'mode'],
  }),
  view({
    ...PAGE,
    flag: ['format', 'html'],
    isChosen: ({ options }) => options.format === 'html' && options.ledger !== true,
  }),
  view({
    name: 'prometheus',
    flag: ['format', 'prometheus'],
    isChosen: ({ options }) => options.format === 'prometheus',
    takes: ['top', 'budget'],
    by: ['user'],
    load: async () => (await import('./make-prometheus.js')).makePrometheus,
  }),
  view({
    name: 'minute',
    flag: ['at'],
    isChosen: ({ options }) => options.at !== undefined,
    takes: ['at', 'user', 'top'],
    by: ['process'],
    sort: ['credits', 'cpu-time', 'util-seconds'],
    hint: '--at shows the processes of one minute; leave the option out',
    load: async () => (await import('./make-minute.js')).makeMinute,
  }),
  view({ ...TREND, flag: ['days'], isChosen: hasLastDays }),
  view({
    name: 'fit',
    flag: ['fit'],
    isChosen: ({ options }) => options.fit === true,
    takes: ['force'],
    load: async () => (await import('./make-fit.js')).makeFit,
  }),
  view({
    name: 'ledger',
    flag: ['ledger'],
    isChosen: ({ options }) => options.ledger === true && options.format !== 'html',
    takes: ['user', 'top', 'baseline', 'mode'],
    sort: ['credits', 'cpu-time', 'util-seconds', 'capacity', 'left', 'name'],
    load: async () => (await import('./make-ledger.js')).makeLedger,
  }),
  view({
    ...BY_HOUR,
    flag: ['hours'],
    isChosen: hasLastHours,
    takes: ['user', 'verbose', 'hours'],
    hint: '--hours shows one row for each hour; for other rows name days, such as --day or --week',
  }),
  view({
    ...ABOUT_ONE_USER,
    flag: ['mine'],
    isChosen: (given) => isMine(given) && given.rankOf('mine') > given.rankOf('by', 'check'),
  }),
  view({
    ...ABOUT_ONE_USER,
    flag: ['user'],
    isChosen: (given) =>
      given.options.user !== undefined &&
      !isMine(given) &&
      given.rankOf('user') > given.rankOf('by', 'check'),
  }),
  view({ ...TREND, flag: ['by', 'day'], isChosen: ({ options }) => options.by === 'day' }),
  view({
    ...BY_HOUR,
    flag: ['by', 'hour'],
    isChosen: ({ options }) => options.by === 'hour',
    takes: ['user', 'verbose', 'budget'],
  }),
  view({
    name: 'processes',
    flag: ['by', 'process'],
    isChosen: ({ options }) => options.by === 'process',
    takes: ['user', 'top', 'verbose', 'budget'],
    by: ['process'],
    sort: ['credits', 'cpu-time', 'util-seconds'],
    load: async () => (await import('./make-details.js')).makeProcesses,
  }),
  view({
    name: 'fleet',
    flag: ['source', 'influx'],
    isChosen: ({ options }) => options.source === 'influx',
    takes: ['top', 'verbose', 'budget', 'check', ...CONNECTION],
    by: ['user', 'program', 'host'],
    sort: [
      ...(['credits', 'cpu-time', 'util-seconds', 'budget', 'left'] as const),
      ...(['capacity', 'short-lived', 'name'] as const),
    ],
    load: async () => (await import('./make-fleet.js')).makeFleet,
  }),
  view({
    name: 'day',
    flag: [],
    isChosen: () => true,
    takes: ['user', 'top', 'verbose', 'budget', 'check', 'projected'],
    by: ['user', 'program', 'command', 'host'],
    sort: SORT_COLUMNS,
    load: async () => (await import('./make-day.js')).makeDay,
  }),
];

export const OPTIONS_OF_VIEWS: readonly OptionName[] = VIEWS.flatMap(({ takes }) => takes);

/** The query that it gets has only values of `by` that it lists. */
function view<By extends RowKind>(row: ReportView<By>): ReportView {
  const load = async (): Promise<Make<RowKind>> => {
    const make = await row.load();
    return (query, ...others) => make({ ...query, by: query.by as By }, ...others);
  };
  return { ...row, load };
}
