import { count, decimal, plural, upToHundredths } from '../../shared/numbers.js';
import { capacityUtilSeconds, utilSecondsToCredits } from '../../shared/units.js';
import { fromDayNumber } from '../models/calendar.js';
import { LEAST_COVERED_PERCENT } from '../models/coverage.js';
import type { Projection } from '../models/projection.js';
import { toDirection, LEAST_DAYS } from '../models/theil-sen.js';
import type { LeftOut, LimitedSpending, Spending, Trend, TrendRow } from '../models/trend.js';
import {
  column,
  type Column,
  toDocument,
  type DocumentType,
  field,
  formatFigure,
  formatNumber,
  GAP_SIGN,
  type Line,
  list,
  object,
  objectOrNull,
  bindField,
  type Screen,
  toSheet,
  type Table,
  type View,
} from '../view.js';
import { formatMoment } from './date-format.js';
import {
  COVERAGE,
  CPU_SECONDS,
  CREDITS,
  DAYS,
  FROM,
  HOST,
  NAMES,
  OTHERS_COUNT,
  RENAMED_USERS,
  TIME_ZONE,
  TO,
  UTIL_SECONDS,
  UTIL_SECONDS_PER_VCPU,
  VCPUS,
  toHostSheet,
} from './facts.js';
import { formatHeading } from './heading.js';
import { coverageLine, recordingNotes, renamedNote } from './notes.js';
import { TREND_DAY, TREND_DAY_SHEET, trendDaysTable, TREND_HOURS } from './trend-days.js';

/** A user, program or command, all that `--top` leaves out, or the host. */
interface Row extends Line, Spending {
  name: string;
  uid?: number | null;
  /** How many users, programs or commands it stands for. */
  rows: number;
  /** Undefined where several are added up: they have no budget in common. */
  limit?: LimitedSpending;
}

const SPENT = [
  {
    ...CPU_SECONDS,
    about:
      'CPU time of all days, also of those that do not count, in seconds; exact to the millisecond.',
  },
  UTIL_SECONDS,
  CREDITS,
];

const MEAN_DAY = field<Spending>(
  'meanDayCredits',
  'credits',
  ({ meanCpuMs }) => meanCpuMs,
  'Credits of a day that counts, on average. Null where none counts.',
  { nullable: true },
);

const GROWTH_CREDITS = field<Spending>(
  'credits',
  'creditsPerWeek',
  ({ line }) => line?.slope ?? null,
  'Credits of a day, more each week; negative where it falls.',
  { nullable: true, csvName: 'growth_credits_per_week' },
);

const GROWTH = [
  field<Spending>(
    'direction',
    'text',
    ({ line }) => line && toDirection(line),
    'Up or down where the whole range is, else none.',
    { nullable: true, csvName: 'growth_direction', options: ['up', 'down', 'none'] },
  ),
  GROWTH_CREDITS,
  field<Spending>(
    'low',
    'creditsPerWeek',
    ({ line }) => line?.lowSlope ?? null,
    'The lower end of its range.',
    { nullable: true, csvName: 'growth_credits_per_week_low' },
  ),
  field<Spending>(
    'high',
    'creditsPerWeek',
    ({ line }) => line?.highSlope ?? null,
    'The upper end of its range.',
    { nullable: true, csvName: 'growth_credits_per_week_high' },
  ),
];

type Limit = Pick<LimitedSpending, 'limitUtilSeconds' | 'projection'>;

const LIMIT = [
  field<Limit>(
    'limitUtilSeconds',
    'number',
    ({ limitUtilSeconds }) => limitUtilSeconds,
    'What a day of 24 hours may have, in util-seconds: the budget of a row, the capacity of the host. Null where the host’s is not known.',
    { nullable: true },
  ),
  field<Limit>(
    'state',
    'text',
    ({ projection }) => projection?.kind ?? null,
    'reached: today or earlier; ahead: on the day; far: not within ten years; falling, no-trend: not by this line. Null where growth or limit is.',
    {
      nullable: true,
      csvName: 'limit_state',
      options: ['reached', 'ahead', 'far', 'falling', 'no-trend'],
    },
  ),
  field<Limit>(
    'day',
    'day',
    ({ projection }) => toDay(projection?.kind === 'ahead' ? projection.day : undefined),
    'The day on which it is; null unless ahead.',
    { nullable: true, csvName: 'limit_day' },
  ),
  field<Limit>(
    'earliestDay',
    'day',
    ({ projection }) => toDay(hasRange(projection) ? projection.earliestDay : undefined),
    'The earliest day of its range. Null unless ahead, or far with one within ten years.',
    { nullable: true, csvName: 'limit_earliest_day' },
  ),
  field<Limit>(
    'latestDay',
    'day',
    ({ projection }) => toDay(projection?.kind === 'ahead' ? projection.latestDay : undefined),
    'The latest day of its range. Null unless ahead, and where it is not within ten years.',
    { nullable: true, csvName: 'limit_latest_day' },
  ),
];

type Range = Extract<Projection, { kind: 'ahead' | 'far' }>;

function hasRange(projection: Projection | null): projection is Range {
  return projection?.kind === 'ahead' || projection?.kind === 'far';
}

function toDay(number: number | undefined): string | null {
  return number === undefined ? null : fromDayNumber(number);
}

const DAILY = field<Spending>(
  'dailyCpuSeconds',
  'cpuTime',
  ({ dailyCpuMs }) => dailyCpuMs,
  'CPU time of each day of calendar, in seconds, also of days that do not count.',
  { holds: 'list' },
);

const GROWTH_PART = object(
  'growthPerWeek',
  `How many more credits a mean day has each week, by a robust line. All of it is null where fewer than ${LEAST_DAYS} days count, or too few are of the same weekday.`,
  GROWTH,
  (spending: Spending) => spending,
);
const LIMIT_PART = object(
  'limit',
  'When a mean day of the week will be at the limit.',
  LIMIT,
  (spending: LimitedSpending) => spending,
);

const SPENDING = [...SPENT, MEAN_DAY, GROWTH_PART];
const LIMITED = [...SPENDING, LIMIT_PART, DAILY];

const rowsBy = (by: Trend['by']) => (trend: Trend) => (trend.by === by ? trend.rows : undefined);

export const TREND: DocumentType<Trend> = {
  view: 'trend',
  command: 'psusage report --days <n> --format json',
  about: 'What was spent day by day, how it grows, and when a budget or the host is full.',
  members: [
    field<Trend>(
      'source',
      'text',
      () => 'journal',
      'Where the figures are from; the journal alone knows which days were recorded.',
      { options: ['journal'] },
    ),
    field<Trend>(
      'by',
      'text',
      ({ by }) => by,
      'What the rows are; by day there are none, nor others.',
      { options: ['user', 'program', 'command', 'day'] },
    ),
    ...[HOST, FROM, TO, TIME_ZONE, DAYS, VCPUS, UTIL_SECONDS_PER_VCPU],
    field<Trend>(
      'capacityUtilSeconds',
      'number',
      ({ vcpus, period }) => vcpus && capacityUtilSeconds(vcpus, period.toMs - period.fromMs),
      'What the host can spend in the whole period: vCPUs × its real length, in util-seconds; null as vcpus.',
      { nullable: true },
    ),
    ...[COVERAGE, RENAMED_USERS],
    field<Trend>(
      'daysCounted',
      'count',
      ({ days }) => countedDays(days),
      `Days that are over and of which at least ${LEAST_COVERED_PERCENT} % was recorded.`,
    ),
    list(
      'calendar',
      'The days in order, with what the whole host spent.',
      TREND_DAY,
      ({ days }: Trend) => days,
    ),
    object('hours', 'All hours of the period together.', TREND_HOURS, ({ hours }: Trend) => hours),
    list('users', 'By user, which is the default.', [...NAMES.user, ...LIMITED], rowsBy('user')),
    list('programs', 'With --by program.', [...NAMES.program, ...LIMITED], rowsBy('program')),
    list('commands', 'With --by command.', [...NAMES.command, ...LIMITED], rowsBy('command')),
    objectOrNull(
      'others',
      'The rows that --top leaves out, in one; null where it leaves out none. Not there by day.',
      [OTHERS_COUNT, ...SPENDING, DAILY],
      ({ by, others }: Trend) => (by === 'day' ? undefined : others),
    ),
    object(
      'total',
      'All that was recorded. Its limit is what the host can spend in 24 hours with the vCPUs that it has had last.',
      LIMITED,
      ({ total }: Trend) => total,
    ),
  ],
  variants: [['users', 'others'], ['programs', 'others'], ['commands', 'others'], []],
};

/**
 * What each row spends day by day and where that leads, or each day with its hours.
 *
 * @param isVerbose whether people are told of each day that does not count
 */
export function trendView(trend: Trend, isVerbose: boolean): View {
  return {
    timeZone: trend.period.timeZone,
    document: toDocument(TREND, trend),
    sheet:
      trend.by === 'day'
        ? toSheet([bindField(HOST, trend), ...TREND_DAY_SHEET], trend.days)
        : rowsSheet(trend),
    screen: () => toScreen(trend, isVerbose),
  };
}

function rowsSheet(trend: Trend) {
  const { by } = trend;
  const names = by === 'day' ? [] : NAMES[by];
  const limit = LIMIT.map((each) => ({
    ...each,
    value: ({ limit }: Row) => limit && each.value(limit),
  }));
  const fields = [...names, ...SPENT, MEAN_DAY, ...GROWTH, ...limit];
  return toHostSheet<Row>(trend, fields, toRows(trend));
}

function toRows({ rows, others, total }: Trend): Row[] {
  return [
    ...rows.map(ownRow),
    ...(others === null ? [] : [othersRow(others)]),
    { ...total, kind: 'total', label: 'total', name: '(total)', rows: 1, limit: total },
  ];
}

function ownRow(row: TrendRow): Row {
  return { ...row, kind: 'row', label: row.key, rows: 1, limit: row };
}

function othersRow(others: NonNullable<Trend['others']>): Row {
  return { ...others, kind: 'others', label: `(others: ${count(others.rows)})`, name: '(others)' };
}

function toScreen(trend: Trend, isVerbose: boolean): Screen {
  const meaning = trend.by === 'day' ? '100 % = all vCPUs' : budgetPart(trend);
  return {
    heading: formatHeading(trend, [], [meaning]),
    tables: [trend.by === 'day' ? trendDaysTable(trend) : rowsTable(trend)],
    notes: [
      ...(trend.coverage.recordedMs === 0
        ? [`nothing was recorded in these ${trend.period.days} days`]
        : toNotes(trend)),
      ...(isVerbose ? leftOutNotes(trend) : []),
    ],
  };
}

/** Where budgets differ there is none to be named. */
function budgetPart({ commonBudgetUtilSeconds }: Trend): string {
  if (commonBudgetUtilSeconds === null) return 'budgets as given';
  return `budget: ${upToHundredths(utilSecondsToCredits(commonBudgetUtilSeconds))} credits a day each`;
}

/** Ranges go before anything else where there is too little room, and are left out where no row has one. */
const RANGE_RANK = 5;

export function rowsTable(trend: Trend): Table<Row> {
  const { by, days } = trend;
  const rows = trend.rows.length === 0 ? [] : toRows(trend);
  const isAlarming = ({ limit }: Row) => limit?.projection?.kind === 'reached';
  const columns: Column<Row>[] = [
    { ...CREDITS, title: 'total', subtitle: 'credits', rank: 4 },
    { ...MEAN_DAY, title: 'mean day', subtitle: 'credits', rank: 0 },
    column('growth', 'text', { subtitle: 'credits/week', rank: 2 }, ({ line }) =>
      formatGrowth(line),
    ),
    column('its range', 'text', { subtitle: '95 %', rank: RANGE_RANK + 1 }, ({ line }) =>
      line === null ? undefined : formatGrowthRange(line),
    ),
    column(
      'limit',
      'text',
      { subtitle: 'reached', align: 'left', rank: 0, isAlarming },
      ({ limit }) => limit && formatLimit(limit.projection),
    ),
    column(
      'its range',
      'text',
      { align: 'left', rank: RANGE_RANK },
      ({ limit }) => limit && formatLimitRange(limit.projection),
    ),
  ];
  return {
    title: by,
    rows,
    columns: [
      ...columns.filter((column) => column.rank < RANGE_RANK || !isEmpty(column, rows)),
      column(
        'days',
        'cpuTime',
        { rank: 3, drawing: 'sparkline', days: days.length },
        ({ dailyCpuMs }) =>
          days.map(({ leftOut }, at) => (leftOut === undefined ? (dailyCpuMs[at] ?? 0) : null)),
      ),
    ],
  };
}

function isEmpty(column: Column<Row>, rows: readonly Row[]): boolean {
  return rows.every((row) => formatFigure(column, row) === '');
}

/** By how many credits a day's use grows in a week; undefined where it neither grows nor falls. */
export function formatGrowth(line: Spending['line']): string | null | undefined {
  if (line === null) return null;
  return toDirection(line) === 'none' ? undefined : formatNumber('creditsPerWeek', line.slope);
}

/** `+8.10 … +16.20`, `about 0 … +0.35`, or `about 0` where both ends are. */
export function formatGrowthRange({ lowSlope, highSlope }: NonNullable<Spending['line']>): string {
  const [low, high] = [lowSlope, highSlope].map((slope) => formatNumber('creditsPerWeek', slope));
  return low === high ? (low ?? '') : `${low ?? ''} … ${high ?? ''}`;
}

const BEYOND = '>10 years';

/** `2026-11-02`, or why there is no such day. */
function formatLimit(projection: Projection | null): string {
  switch (projection?.kind) {
    case 'ahead':
      return fromDayNumber(projection.day);
    case 'far':
      return BEYOND;
    case 'reached':
      return 'reached';
    case 'falling':
      return 'falling';
    case 'no-trend':
    case undefined:
      return 'no trend';
  }
}

/** `2026-09-01 – 2027-01-15` */
function formatLimitRange(projection: Projection | null): string {
  if (!hasRange(projection) || projection.earliestDay === undefined) return '';
  const latestDay = projection.kind === 'ahead' ? projection.latestDay : undefined;
  return `${fromDayNumber(projection.earliestDay)} – ${toDay(latestDay) ?? BEYOND}`;
}

/** What the figures are made of, and what they leave out. */
function toNotes(trend: Trend): string[] {
  return [
    coverageLine(trend),
    ...renamedNote(trend.renamed),
    ...(trend.by === 'day' ? busiestNote(trend) : trendNotes(trend)),
    ...recordingNotes(trend),
  ];
}

function busiestNote({ hours: { busiest }, period }: Trend): string[] {
  if (busiest === null) return [];
  const moment = formatMoment(busiest.fromMs, period.timeZone);
  return [`busiest hour: ${moment} (${decimal(busiest.percent)} % of all vCPUs)`];
}

function trendNotes({ days }: Trend): string[] {
  const counted = countedDays(days);
  const fitted =
    counted < LEAST_DAYS
      ? [`no trend: it takes ${LEAST_DAYS} whole days to tell growth from the rhythm of a week`]
      : [
          "growth: by how many credits a day's use grows each week",
          'limit: of a row the budget, of the total all vCPUs; reached by the mean of a week',
        ];
  return [countedNote(days), ...fitted];
}

const REASONS: Record<LeftOut, string> = {
  'not-over': 'not over',
  'poorly-covered': `recorded below ${LEAST_COVERED_PERCENT} %`,
  'not-recorded': 'not recorded',
};

function countedDays(days: Trend['days']): number {
  return days.filter(({ leftOut }) => leftOut === undefined).length;
}

function countedNote(days: Trend['days']): string {
  const counted = countedDays(days);
  const reasons = (Object.keys(REASONS) as LeftOut[]).flatMap((reason) => {
    const many = days.filter(({ leftOut }) => leftOut === reason).length;
    return many === 0 ? [] : [`${many} ${REASONS[reason]}`];
  });
  const leftOut = reasons.length === 0 ? '' : `; left out (${GAP_SIGN}): ${reasons.join(', ')}`;
  return counted === 0
    ? `no day counts yet${leftOut}`
    : `mean and trend of ${plural(counted, 'day')}${leftOut}`;
}

/** No list is longer than this; the rest is said in one line. */
const MAX_LISTED = 500;

/** Each day that does not count, and why. */
function leftOutNotes({ days }: Trend): string[] {
  const entries = days.flatMap(({ day, leftOut, coveredPercent }) =>
    leftOut === undefined ? [] : [`  ${day}  ${REASONS[leftOut]}: ${decimal(coveredPercent)} %`],
  );
  if (entries.length === 0) return [];
  const more = entries.length - MAX_LISTED;
  return [
    '',
    'left out',
    ...entries.slice(0, MAX_LISTED),
    ...(more > 0 ? [`  … and ${plural(more, 'day')} more`] : []),
  ];
}
