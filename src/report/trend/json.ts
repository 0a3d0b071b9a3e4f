import { isoWithOffset } from '../../shared/days.js';
import {
  capacityUtilSeconds,
  cpuSeconds,
  credits,
  utilSeconds,
  UTIL_SECONDS_PER_VCPU_DAY,
} from '../../shared/units.js';
import { coverageInSeconds, textOf } from '../json.js';
import { rounded } from '../rounded.js';
import { growthOf, reachedOf, spentOf } from './figures.js';
import type { HoursFigures, Spending, Trend, TrendDay } from './trend.js';

/** Raised when a field changes its meaning or goes; never when one is added. */
const SCHEMA = 1;

const ROWS_NAME = { user: 'users', program: 'programs', command: 'commands' } as const;

/**
 * The trend as JSON, of the same shape whether anything was recorded or not.
 *
 * `calendar` has the days in order, with what the whole host spent, and each `dailyCpuSeconds` a value for
 * each of them, also for those that are not `counted`. By day there are no rows.
 */
export function renderTrendJson(trend: Trend): string {
  const { by, period, vcpus, others } = trend;
  const iso = (ms: number) => isoWithOffset(ms, period.timeZone);
  const document = {
    schema: SCHEMA,
    view: 'trend',
    source: 'journal',
    by,
    host: trend.host,
    from: iso(period.fromMs),
    to: iso(period.toMs),
    timeZone: period.timeZone,
    days: period.days,
    vcpus: rounded(vcpus),
    utilSecondsPerVcpuDay: UTIL_SECONDS_PER_VCPU_DAY,
    capacityUtilSeconds:
      vcpus === null ? null : rounded(capacityUtilSeconds(vcpus, period.toMs - period.fromMs)),
    coverage: coverageInSeconds(trend),
    renamedUsers: trend.renamed,
    daysCounted: trend.days.filter(({ leftOut }) => leftOut === undefined).length,
    calendar: trend.days.map((day) => dayOf(day, iso)),
    hours: hoursOf(trend.hours, iso),
    ...(by === 'day'
      ? {}
      : {
          [ROWS_NAME[by]]: trend.rows.map((row) => ({
            [by]: row.name,
            ...(by === 'user' ? { uid: row.uid } : {}),
            ...spentOf(row),
            growthPerWeek: growthOf(row),
            limit: reachedOf(row),
            dailyCpuSeconds: dailyOf(row),
          })),
          others:
            others === null
              ? null
              : {
                  rows: others.rows,
                  ...spentOf(others),
                  growthPerWeek: growthOf(others),
                  dailyCpuSeconds: dailyOf(others),
                },
        }),
    total: {
      ...spentOf(trend.total),
      growthPerWeek: growthOf(trend.total),
      limit: reachedOf(trend.total),
      dailyCpuSeconds: dailyOf(trend.total),
    },
  };
  return textOf(document);
}

function dayOf(day: TrendDay, iso: (ms: number) => string) {
  return {
    day: day.day,
    weekday: day.weekday,
    from: iso(day.fromMs),
    to: iso(day.toMs),
    recordedPercent: rounded(day.coveredPercent),
    counted: day.leftOut === undefined,
    leftOut: day.leftOut ?? null,
    cpuSeconds: cpuSeconds(day.cpuMs),
    utilSeconds: utilSeconds(day.cpuMs),
    credits: rounded(credits(day.cpuMs)),
    capacityPercent: rounded(day.capacityPercent),
    hours: hoursOf(day.hours, iso),
  };
}

/** In percent of all vCPUs. */
function hoursOf({ percent95, percent99, busiest }: HoursFigures, iso: (ms: number) => string) {
  return {
    percentile95: rounded(percent95),
    percentile99: rounded(percent99),
    busiestFrom: busiest === null ? null : iso(busiest.fromMs),
    busiestPercent: rounded(busiest?.percent ?? null),
  };
}

function dailyOf({ dailyCpuMs }: Spending): number[] {
  return dailyCpuMs.map(cpuSeconds);
}
