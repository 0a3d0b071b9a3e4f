import { wallClock } from '../../shared/days.js';
import { roundedDown } from '../../shared/numbers.js';
import { type BusyHour, type HoursFigures, isUnknown } from '../models/time-buckets.js';
import type { Trend, TrendDay } from '../models/trend.js';
import { foldedGaps } from './gaps.js';
import { column, type Column, field, type Line, mapField, object, type Table } from '../view.js';
import { formatDays } from './date-format.js';
import { CPU_SECONDS, CREDITS, UTIL_SECONDS } from './facts.js';

/** A day, several days of which nothing is known, or all days. */
interface Row extends Line {
  cpuMs: number;
  /** Of what the host could spend while it was recorded; null where it was not. */
  recordedPercent: number | null;
  hours: HoursFigures;
  /** Undefined where several days stand together. */
  day?: TrendDay;
}

const PERCENTILE_95 = field<HoursFigures>(
  'percentile95',
  'percent',
  ({ percent95 }) => percent95,
  '95th percentile of the hours, in percent of what all vCPUs could spend while they were recorded. Null where no whole hour was.',
  { nullable: true, csvName: 'hours_percentile_95' },
);
const PERCENTILE_99 = field<HoursFigures>(
  'percentile99',
  'percent',
  ({ percent99 }) => percent99,
  '99th percentile; null when percentile95 is.',
  { nullable: true, csvName: 'hours_percentile_99' },
);

/** Of hours of which at least 90 % was recorded, in per cent of what all vCPUs could spend meanwhile. */
export const TREND_HOURS = [
  PERCENTILE_95,
  PERCENTILE_99,
  field<HoursFigures>(
    'busiestFrom',
    'moment',
    ({ busiest }) => busiest?.fromMs ?? null,
    'Start of the busiest hour, of the current one up to now; the first of equally busy ones. Null where no recorded hour used anything, or busier ones were recorded below 90 %.',
    { nullable: true },
  ),
  field<HoursFigures>(
    'busiestPercent',
    'percent',
    ({ busiest }) => busiest?.percent ?? null,
    'Its use in percent of what all vCPUs could spend in it while it was recorded; null when busiestFrom is.',
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
const OF_RECORDED = field<TrendDay>(
  'recordedCapacityPercent',
  'percent',
  ({ recordedPercent }) => recordedPercent,
  'Per cent of what the host could spend while it was recorded, without what was spent while no recorder ran. Null where nothing of it was recorded.',
  { nullable: true },
);

const SPENT = [CPU_SECONDS, UTIL_SECONDS, CREDITS];

export const TREND_DAY = [
  ...[NAME, WEEKDAY, FROM, TO, RECORDED, COUNTED, LEFT_OUT, ...SPENT, CAPACITY, OF_RECORDED],
  object('hours', 'The hours of the day.', TREND_HOURS, ({ hours }: TrendDay) => hours),
];

/** A line of CSV for each day, behind the host. */
export const TREND_DAY_SHEET = [
  ...[FROM, TO, NAME, WEEKDAY, RECORDED, LEFT_OUT, ...SPENT, CAPACITY],
  ...TREND_HOURS.map((each) => ({ ...each, value: ({ hours }: TrendDay) => each.value(hours) })),
  OF_RECORDED,
];

/** The days from the first one on of which something was recorded. */
export function trendDaysTable(trend: Trend, isVerbose: boolean): Table<Row> {
  const { period, untilMs } = trend;
  // Without a whole hour the busiest is unknown; where nothing was spent there is none.
  const ofBusiest = (value: (busiest: BusyHour) => number | string) => (row: Row) => {
    const { busiest, percent95 } = row.hours;
    if (busiest !== null) return value(busiest);
    return percent95 === null ? null : undefined;
  };
  const hour = ofBusiest(({ fromMs }) => formatTime(fromMs, period.timeZone));
  return {
    title: 'day',
    rows: toRows(trend),
    minLabelLength: Infinity,
    columns: [
      { ...CREDITS, title: 'credits', rank: 0 },
      column('of host', 'percent', { rank: 0 }, ofHost),
      ...(isVerbose ? [OF_DAY_COLUMN] : []),
      column(
        'busiest',
        'percent',
        { subtitle: 'hour', rank: 2 },
        ofBusiest(({ percent }) => percent),
      ),
      column('at', 'text', { rank: 3 }, (row) => row.day && hour(row)),
      column('p95', 'percent', { subtitle: 'of hours', rank: 5 }, ({ hours }) => hours.percent95),
      column(
        'recorded',
        'text',
        { rank: 1 },
        ({ day }) =>
          day && `${roundedDown(day.recordedMs, Math.min(day.toMs, untilMs) - day.fromMs)} %`,
      ),
      { ...CPU_SECONDS, title: 'CPU time', rank: 4 },
      column('of host', 'percent', { rank: 0, drawing: 'bar' }, ({ day }) => day && ofHost(day)),
    ],
  };
}

function ofHost({ recordedPercent }: { recordedPercent: number | null }): number | undefined {
  return recordedPercent ?? undefined;
}

const OF_DAY_COLUMN: Column<Row> = {
  ...mapField(CAPACITY, ({ day }: Row) => day),
  ...{ title: 'of the day', rank: 6 },
};

function toRows({ days, total, hours, recordedPercent }: Trend): Row[] {
  const first = days.findIndex((day) => !isUnknown(day));
  if (first === -1) return [];
  const rows = foldedGaps(days.slice(first), isUnknown).map((folded): Row => {
    if (folded.kind === 'gap') {
      const label = formatDays(formatLabel(folded.first), formatLabel(folded.last));
      return { kind: 'gap', label, cpuMs: 0, recordedPercent: null, hours };
    }
    const { element: day } = folded;
    return { ...day, kind: 'row', label: formatLabel(day), day };
  });
  return [...rows, { kind: 'total', label: 'total', cpuMs: total.cpuMs, recordedPercent, hours }];
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
