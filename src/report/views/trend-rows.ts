import { count, percentOf } from '../../shared/numbers.js';
import { fromDayNumber, toDayNumber } from '../models/calendar.js';
import type { Projection } from '../models/projection.js';
import { findOnlyUser } from '../models/day.js';
import { toDirection } from '../models/theil-sen.js';
import type { LimitedSpending, Spending, Trend, TrendRow } from '../models/trend.js';
import { column, type Column, formatFigure, formatNumber, type Line, type Table } from '../view.js';
import { formatShortDay } from './date-format.js';
import { CREDITS, NAMES, toHostSheet, whoseFields } from './facts.js';
import { GROWTH, hasRange, LIMIT, MEAN_DAY, SPENT } from './trend-spending.js';

/** A user, program or command, all that `--top` leaves out, or the host. */
interface Row extends Line, Spending {
  name: string;
  uid?: number | null;
  /** How many users, programs or commands it stands for. */
  rows: number;
  /** Undefined where several are added up: they have no budget in common. */
  limit?: LimitedSpending;
}

export function rowsSheet(trend: Trend) {
  const { by } = trend;
  const names = by === 'day' ? [] : NAMES[by];
  const limit = LIMIT.map((each) => ({
    ...each,
    value: ({ limit }: Row) => limit && each.value(limit),
  }));
  const whose = by === 'user' ? [] : whoseFields(trend);
  const fields = [...whose, ...names, ...SPENT, MEAN_DAY, ...GROWTH, ...limit];
  return toHostSheet<Row>(trend, fields, toRows(trend));
}

function toRows(trend: Trend): Row[] {
  const { rows, others, total, onlyUsers } = trend;
  const limit = onlyUsers !== null && findOnlyUser(trend) === null ? {} : { limit: total };
  return [
    ...rows.map(ownRow),
    ...(others === null ? [] : [othersRow(others)]),
    { ...total, kind: 'total', label: 'total', name: '(total)', rows: 1, ...limit },
  ];
}

function ownRow(row: TrendRow): Row {
  return { ...row, kind: 'row', label: row.key, rows: 1, limit: row };
}

function othersRow(others: NonNullable<Trend['others']>): Row {
  return { ...others, kind: 'others', label: `(others: ${count(others.rows)})`, name: '(others)' };
}

/** The table of growth; without budgets it tells shares of the host, and holds nobody against a limit. */
export function rowsTable(trend: Trend): Table<Row> {
  const { by, days, total } = trend;
  const today = toDayNumber(trend.period.lastDay);
  const rows = toRows(trend).filter(isShown(trend));
  const isAlarming = ({ limit }: Row) => limit?.projection?.kind === 'reached';
  const ofHost = ({ cpuMs }: Row) =>
    trend.recordedPercent === null
      ? undefined
      : (trend.recordedPercent * percentOf(cpuMs, total.cpuMs)) / 100;
  const ofRow = (row: Row) => (row.kind === 'row' ? row.limit?.projection : undefined) ?? null;
  const columns: Column<Row>[] = [
    { ...CREDITS, title: 'total', subtitle: 'credits', rank: 4 },
    { ...MEAN_DAY, title: 'mean day', subtitle: 'credits', rank: 0 },
    ...(hasBudgets(trend) ? [] : [column('of host', 'percent', { rank: 1 }, ofHost)]),
    column('growth', 'text', { subtitle: 'per week', rank: 2 }, formatGrowthOrLife),
    column('growth range', 'text', { subtitle: '95 %', rank: 6 }, ({ line }) =>
      line === null ? undefined : formatGrowthRange(line),
    ),
    ...(hasBudgets(trend)
      ? [
          column<Row>('budget reached', 'text', { align: 'left', rank: 0, isAlarming }, (row) =>
            formatLimit(ofRow(row), today),
          ),
          column<Row>('reached between', 'text', { align: 'left', rank: 5 }, (row) =>
            formatLimitRange(ofRow(row), today),
          ),
        ]
      : []),
  ];
  return {
    title: by,
    rows,
    columns: [
      ...columns.filter((column) => !isEmpty(column, rows)),
      column(
        'days',
        'cpuTime',
        { rank: 0, drawing: 'sparkline', days: days.length },
        ({ dailyCpuMs }) =>
          days.map(({ leftOut }, at) => (leftOut === undefined ? (dailyCpuMs[at] ?? 0) : null)),
      ),
    ],
  };
}

/** Only users have budgets. */
export function hasBudgets({ by, budgetsAreGiven }: Trend): boolean {
  return by === 'user' && budgetsAreGiven;
}

/** One user's row is the total. */
function isShown(trend: Trend): (row: Row) => boolean {
  const { by, rows } = trend;
  if (rows.length === 0) return () => false;
  const isTotalToo = by === 'user' && findOnlyUser(trend) !== null;
  return ({ kind }) => kind !== 'total' || !isTotalToo;
}

function isEmpty(column: Column<Row>, rows: readonly Row[]): boolean {
  return rows.length > 0 && rows.every((row) => ['', '?'].includes(formatFigure(column, row)));
}

/** The growth, such as `+8.10` or `none`; for users who began or ended within the period, `since 25 Oct` or `until 8 Oct`. */
function formatGrowthOrLife({ line, since, until }: Spending): string | null {
  if (until !== undefined) return `until ${formatShortDay(until)}`;
  if (since !== undefined) return `since ${formatShortDay(since)}`;
  const growth = formatGrowth(line);
  return growth === undefined ? 'none' : growth;
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

/** Who plans for longer has other customers by then: no later day is told to people. */
const A_YEAR_DAYS = 365;

/** `2026-11-02`; undefined unless it is within a year. */
export function formatDayAhead(day: number | undefined, today: number): string | undefined {
  return day === undefined || day > today + A_YEAR_DAYS ? undefined : fromDayNumber(day);
}

/** `2026-11-02`, or why there is no such day; nothing for who does not grow. */
function formatLimit(projection: Projection | null, today: number): string {
  if (projection?.kind === 'reached') return 'reached';
  if (!hasRange(projection)) return '';
  const day = projection.kind === 'ahead' ? formatDayAhead(projection.day, today) : undefined;
  return day ?? 'not within a year';
}

/** `2026-09-01 – 2027-01-15`, or `2026-09-01 or later` */
export function formatLimitRange(projection: Projection | null, today: number): string {
  if (!hasRange(projection)) return '';
  const earliest = formatDayAhead(projection.earliestDay, today);
  if (earliest === undefined) return '';
  const latestDay = projection.kind === 'ahead' ? projection.latestDay : undefined;
  const latest = formatDayAhead(latestDay, today);
  return latest === undefined ? `${earliest} or later` : `${earliest} – ${latest}`;
}
