import { isoWithOffset } from '../../shared/days.js';
import { cpuSeconds, credits, utilSeconds } from '../../shared/units.js';
import { type Cell, csvText } from '../formats/csv.js';
import { rounded } from '../rounded.js';
import { growthOf, reachedOf, spentOf } from './figures.js';
import type { LimitedSpending, Spending, Trend } from './trend.js';

const SPENT = ['cpu_seconds', 'util_seconds', 'credits'];

const ROW_FIGURES = [
  ...SPENT,
  'mean_day_credits',
  'growth_direction',
  'growth_credits_per_week',
  'growth_credits_per_week_low',
  'growth_credits_per_week_high',
  'limit_util_seconds',
  'limit_state',
  'limit_day',
  'limit_earliest_day',
  'limit_latest_day',
];

const DAY_FIGURES = [
  'weekday',
  'recorded_percent',
  'left_out',
  ...SPENT,
  'capacity_percent',
  'hours_percentile_95',
  'hours_percentile_99',
  'busiest_from',
  'busiest_percent',
];

/**
 * The trend as CSV with a header: a line for each row, one for those that `--top` leaves out, and one for
 * the total; or a line for each day. Names in brackets are no users or programs.
 */
export function renderTrendCsv(trend: Trend): string {
  return csvText(trend.by === 'day' ? dayRecords(trend) : rowRecords(trend));
}

function rowRecords({ by, host, period, rows, others, total }: Trend): Cell[][] {
  const isUser = by === 'user';
  const place = [
    host,
    ...[period.fromMs, period.toMs].map((ms) => isoWithOffset(ms, period.timeZone)),
  ];
  const labels = (name: string, uid: number | null): Cell[] => [
    ...place,
    name,
    ...(isUser ? [uid] : []),
  ];
  return [
    ['host', 'from', 'to', by, ...(isUser ? ['uid'] : []), ...ROW_FIGURES],
    ...rows.map((row) => [...labels(row.name, row.uid), ...limitedCells(row)]),
    ...(others === null ? [] : [[...labels('(others)', null), ...limitedCells(unlimited(others))]]),
    [...labels('(total)', null), ...limitedCells(total)],
  ];
}

function unlimited(spending: Spending): LimitedSpending {
  return { ...spending, limitUtilSeconds: null, projection: null };
}

function limitedCells(spending: LimitedSpending): Cell[] {
  const spent = spentOf(spending);
  const growth = growthOf(spending);
  const limit = reachedOf(spending);
  return [
    ...[spent.cpuSeconds, spent.utilSeconds, spent.credits, spent.meanDayCredits],
    ...[growth.direction, growth.credits, growth.low, growth.high],
    ...[limit.limitUtilSeconds, limit.state, limit.day, limit.earliestDay, limit.latestDay],
  ];
}

function dayRecords({ host, period, days }: Trend): Cell[][] {
  const iso = (ms: number) => isoWithOffset(ms, period.timeZone);
  return [
    ['host', 'from', 'to', 'day', ...DAY_FIGURES],
    ...days.map((day) => [
      ...[host, iso(day.fromMs), iso(day.toMs), day.day],
      ...[day.weekday, rounded(day.coveredPercent), day.leftOut ?? null],
      ...[cpuSeconds(day.cpuMs), utilSeconds(day.cpuMs), rounded(credits(day.cpuMs))],
      rounded(day.capacityPercent),
      ...[rounded(day.hours.percent95), rounded(day.hours.percent99)],
      day.hours.busiest === null ? null : iso(day.hours.busiest.fromMs),
      rounded(day.hours.busiest?.percent ?? null),
    ]),
  ];
}
