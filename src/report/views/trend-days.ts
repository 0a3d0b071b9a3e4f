import { wallClock } from '../../shared/days.js';
import { percentDown } from '../../shared/numbers.js';
import type { HoursFigures } from '../models/hours-figures.js';
import type { Trend, TrendDay } from '../models/trend.js';
import { foldedGaps } from './gaps.js';
import { column, field, type Line, object, type Table } from '../view.js';
import { formatDays, SO_FAR } from './date-format.js';
import { CPU_SECONDS, CREDITS, UTIL_SECONDS } from './facts.js';

/** A day, several days of which nothing is known, or all days. */
interface Row extends Line {
  cpuMs: number;
  hours: HoursFigures;
  /** Undefined where several days stand together. */
  day?: TrendDay;
}

const PERCENTILE_95 = field<HoursFigures>(
  'percentile95',
  'percent',
  ({ percent95 }) => percent95,
  '95th percentile of the hours, in percent of all vCPUs. Null where no hour was recorded.',
  { nullable: true, csvName: 'hours_percentile_95' },
);
const PERCENTILE_99 = field<HoursFigures>(
  'percentile99',
  'percent',
  ({ percent99 }) => percent99,
  '99th percentile; null when percentile95 is.',
  { nullable: true, csvName: 'hours_percentile_99' },
);

/** Of hours of which at least 90 % was recorded, in per cent of all vCPUs. */
export const TREND_HOURS = [
  PERCENTILE_95,
  PERCENTILE_99,
  field<HoursFigures>(
    'busiestFrom',
    'moment',
    ({ busiest }) => busiest?.fromMs ?? null,
    'Start of the busiest hour, the first of equally busy ones. Null where no recorded hour used anything.',
    { nullable: true },
  ),
  field<HoursFigures>(
    'busiestPercent',
    'percent',
    ({ busiest }) => busiest?.percent ?? null,
    'Its use in percent of all vCPUs; null when busiestFrom is.',
    { nullable: true },
  ),
];

const NAME = field<TrendDay>('day', 'day', ({ day }) => day, 'The day.');
const WEEKDAY = field<TrendDay>('weekday', 'text', ({ weekday }) => weekday, 'Its English name.', {
  options: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
});
const FROM = field<TrendDay>('from', 'moment', ({ fromMs }) => fromMs, 'Its start.');
const TO = field<TrendDay>('to', 'moment', ({ toMs }) => toMs, 'Its end.');
const RECORDED = field<TrendDay>(
  'recordedPercent',
  'percent',
  ({ coveredPercent }) => coveredPercent,
  'Per cent of its length that was recorded.',
);
const COUNTED = field<TrendDay>(
  'counted',
  'flag',
  ({ leftOut }) => leftOut === undefined,
  'Whether it counts for the mean and the growth.',
);
const LEFT_OUT = field<TrendDay>(
  'leftOut',
  'text',
  ({ leftOut }) => leftOut ?? null,
  'Why it does not count; null where it does.',
  { nullable: true, options: ['not-over', 'poorly-covered', 'not-recorded'] },
);
const CAPACITY = field<TrendDay>(
  'capacityPercent',
  'percent',
  ({ capacityPercent }) => capacityPercent,
  'Percent of the capacity of the host in the whole day. Null where nothing of it was recorded.',
  { nullable: true },
);

const SPENT = [CPU_SECONDS, UTIL_SECONDS, CREDITS];

export const TREND_DAY = [
  ...[NAME, WEEKDAY, FROM, TO, RECORDED, COUNTED, LEFT_OUT, ...SPENT, CAPACITY],
  object('hours', 'The hours of the day.', TREND_HOURS, ({ hours }: TrendDay) => hours),
];

/** A line of CSV for each day, behind the host. */
export const TREND_DAY_SHEET = [
  ...[FROM, TO, NAME, WEEKDAY, RECORDED, LEFT_OUT, ...SPENT, CAPACITY],
  ...TREND_HOURS.map((each) => ({ ...each, value: ({ hours }: TrendDay) => each.value(hours) })),
];

/** The days from the first one on of which something was recorded. */
export function trendDaysTable(trend: Trend): Table<Row> {
  const { period, untilMs } = trend;
  // Without a whole hour the busiest is unknown; where nothing was spent there is none.
  const noBusiest = ({ hours }: Row) => (hours.percent95 === null ? null : undefined);
  const hour = (row: Row) => {
    const { hours, day } = row;
    if (day === undefined) return undefined;
    if (hours.busiest === null) return noBusiest(row);
    return formatTime(hours.busiest.fromMs, period.timeZone);
  };
  return {
    title: 'day',
    rows: toRows(trend),
    minLabelLength: Infinity,
    columns: [
      { ...CPU_SECONDS, title: 'CPU time', subtitle: 'h:m:s', rank: 5 },
      { ...CREDITS, title: 'credits', subtitle: 'vCPU-min', rank: 0 },
      column('capacity', 'percent', { subtitle: '%', rank: 0 }, ({ day }) =>
        day?.leftOut === 'not-over' ? SO_FAR : day?.capacityPercent,
      ),
      column('hours', 'percent', { subtitle: '95th %', rank: 3 }, ({ hours }) => hours.percent95),
      column('hours', 'percent', { subtitle: '99th %', rank: 6 }, ({ hours }) => hours.percent99),
      column(
        'busiest',
        'percent',
        { subtitle: '%', rank: 2 },
        (row) => row.hours.busiest?.percent ?? noBusiest(row),
      ),
      column('hour', 'text', { rank: 2 }, hour),
      column(
        'recorded',
        'text',
        { subtitle: '%', rank: 1 },
        ({ day }) => day && percentDown(day.recordedMs, Math.min(day.toMs, untilMs) - day.fromMs),
      ),
      column('of capacity', 'percent', { rank: 4, drawing: 'bar' }, ({ day }) =>
        day?.leftOut === 'not-over' ? undefined : day?.capacityPercent,
      ),
    ],
  };
}

function toRows({ days, total, hours }: Trend): Row[] {
  const first = days.findIndex((day) => !isUnknown(day));
  if (first === -1) return [];
  const rows = foldedGaps(days.slice(first), isUnknown).map((folded): Row => {
    if (folded.kind === 'gap') {
      const label = formatDays(formatLabel(folded.first), formatLabel(folded.last));
      return { kind: 'gap', label, cpuMs: 0, hours: folded.first.hours };
    }
    const { element: day } = folded;
    return { kind: 'row', label: formatLabel(day), cpuMs: day.cpuMs, hours: day.hours, day };
  });
  return [...rows, { kind: 'total', label: 'total', cpuMs: total.cpuMs, hours }];
}

function isUnknown({ recordedMs, cpuMs }: TrendDay): boolean {
  return recordedMs === 0 && cpuMs === 0;
}

const WEEKDAY_LETTERS = 3;

/** `Sun 2026-03-29` */
function formatLabel({ weekday, day }: TrendDay): string {
  return `${weekday.slice(0, WEEKDAY_LETTERS)} ${day}`;
}

/** `14:00` */
function formatTime(ms: number, timeZone: string): string {
  return wallClock(ms, timeZone).toISOString().slice(11, 16);
}
