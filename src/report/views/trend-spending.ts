import { fromDayNumber } from '../models/calendar.js';
import type { Projection } from '../models/projection.js';
import { toDirection, LEAST_DAYS } from '../models/theil-sen.js';
import type { LimitedSpending, Spending } from '../models/trend.js';
import { field, object } from '../view.js';
import { CPU_SECONDS, CREDITS, UTIL_SECONDS } from './facts.js';

export const SPENT = [
  {
    ...CPU_SECONDS,
    about: 'CPU time of all days, those left out included, in seconds; exact to the millisecond.',
  },
  UTIL_SECONDS,
  CREDITS,
];

export const MEAN_DAY = field<Spending>(
  'meanDayCredits',
  'credits',
  ({ meanCpuMs }) => meanCpuMs,
  'Mean credits of the days that count. Null where none counts.',
  { nullable: true },
);

export const GROWTH = [
  field<Spending>(
    'direction',
    'text',
    ({ line }) => line && toDirection(line),
    'up or down where the whole range is, else none.',
    { nullable: true, csvName: 'growth_direction', options: ['up', 'down', 'none'] },
  ),
  field<Spending>(
    'credits',
    'creditsPerWeek',
    ({ line }) => line?.slope ?? null,
    'By how many credits a day grows each week; negative where it falls.',
    { nullable: true, csvName: 'growth_credits_per_week' },
  ),
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

export const LIMIT = [
  field<Limit>(
    'limitUtilSeconds',
    'number',
    ({ limitUtilSeconds }) => limitUtilSeconds,
    'What a day of 24 hours may have, in util-seconds: the budget of a row and of one user, the capacity of the host. Null where the host’s is not known, and of several users together.',
    { nullable: true },
  ),
  field<Limit>(
    'state',
    'text',
    ({ projection }) => projection?.kind ?? null,
    'reached: today or earlier; ahead: on the day in day; far: not within ten years; falling, no-trend: the line does not reach it. Null where growth or limit is.',
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
    'The day on which the limit is reached; null unless ahead.',
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

export function hasRange(projection: Projection | null): projection is Range {
  return projection?.kind === 'ahead' || projection?.kind === 'far';
}

function toDay(number: number | undefined): string | null {
  return number === undefined ? null : fromDayNumber(number);
}

export const DAILY = field<Spending>(
  'dailyCpuSeconds',
  'cpuTime',
  ({ dailyCpuMs }) => dailyCpuMs,
  'CPU time of each day of calendar in seconds, days left out included.',
  { holds: 'list' },
);

const GROWTH_PART = object(
  'growthPerWeek',
  `Growth of a mean day per week, by a robust line. All of it is null where fewer than ${LEAST_DAYS} days count, or too few of each weekday, and of a row that began or ended within these days.`,
  GROWTH,
  (spending: Spending) => spending,
);
const LIMIT_PART = object(
  'limit',
  'When the weekly mean reaches the limit.',
  LIMIT,
  (spending: LimitedSpending) => spending,
);

export const SPENDING = [...SPENT, MEAN_DAY, GROWTH_PART];
export const LIMITED = [...SPENDING, LIMIT_PART, DAILY];
