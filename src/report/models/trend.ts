import type { Period } from '../../shared/days.js';
import { percentOf, sum } from '../../shared/numbers.js';
import { capacityUtilSeconds, MS_PER_DAY, utilSeconds } from '../../shared/units.js';
import { type CalendarDay, toDayNumber, toWeekday } from './calendar.js';
import { averageVcpus, type Coverage, isCovered, measureCoverage, selectRuns } from './coverage.js';
import type { KeyDays } from '../data/daily-sums.js';
import type { JournalGrouping } from '../data/grouping.js';
import type { RecorderRun } from '../data/runs.js';
import type { UnrecordedUsage } from '../data/unrecorded.js';
import { areGiven, resolveAmounts, commonBudget, ONE_VCPU, utilSecondsADay } from './budgets.js';
import { findOnlyUser, type OnlyUsers, type ReportedRun, type RowOptions } from './day.js';
import { type Projection, projectLimit } from './projection.js';
import { type FittedLine, fitLine } from './theil-sen.js';
import {
  type DayBucket,
  type HoursFigures,
  meanPercent,
  type TimeBucket,
  toBuckets,
  toHoursFigures,
} from './time-buckets.js';
import { redactUsers, type RenamedUser, renamedUsers, sharedNames } from './users.js';

/** What a row of the trend stands for. */
export type TrendGrouping = JournalGrouping | 'day';

/** Why a day does not count: it is not over, or too little of it was recorded. */
export type LeftOut = 'not-over' | 'poorly-covered' | 'not-recorded';

/** All that was spent on a day, by everybody or by the users whom the trend is of. */
export interface TrendDay extends DayBucket {
  weekday: string;
  /** Of the day's whole length. */
  coveredPercent: number;
  /** Undefined for a day that counts. */
  leftOut: LeftOut | undefined;
  hours: HoursFigures;
}

/** What was spent day by day, and where that leads. */
export interface Spending {
  /** Of all days, also of those that do not count. */
  cpuMs: number;
  /** Of a day that counts; null where there is none. */
  meanCpuMs: number | null;
  /** One for each day of the trend. */
  dailyCpuMs: number[];
  /** In milliseconds a day; null where too few days count, and where it has begun or ended in these days. */
  line: FittedLine | null;
  /** Where it has no line for that: the first or the last day on which anything was spent. */
  since?: string;
  until?: string;
}

/** Spending that something limits. */
export interface LimitedSpending extends Spending {
  /** What a day may have or can have, in util-seconds; null where it is not known. */
  limitUtilSeconds: number | null;
  /** Null without a limit or a line. */
  projection: Projection | null;
}

export interface TrendRow extends LimitedSpending {
  id: number;
  /** Of a user. */
  uid: number | null;
  name: string;
  /** Unique within the trend. */
  key: string;
}

export interface Trend {
  host: string;
  by: TrendGrouping;
  /** The users whom all of it is of; null where it is of everybody. */
  onlyUsers: OnlyUsers | null;
  period: Period;
  /** The end of the period, or now where that is earlier. */
  untilMs: number;
  /** Weighted by recorded time; null when nothing was recorded. */
  vcpus: number | null;
  coverage: Coverage;
  runs: ReportedRun[];
  /** By user: uids with several rows. */
  renamed: RenamedUser[];
  /** In order. */
  days: TrendDay[];
  /** Of all days together. */
  hours: HoursFigures;
  /** Of what the host could spend while it was recorded; null where it was not. */
  recordedPercent: number | null;
  /** What each user may spend in a day of 24 hours, in util-seconds; null where they may not all spend the same. */
  commonBudgetUtilSeconds: number | null;
  /** Whether budgets were given; else everybody has one vCPU. */
  budgetsAreGiven: boolean;
  /** None by day. */
  rows: TrendRow[];
  others: (Spending & { rows: number }) | null;
  /**
   * Against what the host can spend on a day of 24 hours with the vCPUs that it has had last. Of one user against the
   * budget, of several against nothing.
   */
  total: LimitedSpending;
}

/** What the journal holds of the days: of everybody, or of some users. */
export interface RecordedDays {
  runs: RecorderRun[];
  /** What was charged to stretches without a sample. */
  unrecorded: UnrecordedUsage[];
  calendar: CalendarDay[];
  /** What all of them used in each hour of the calendar. */
  hourlyCpuMs: number[];
  /** None by day. */
  keys: KeyDays[];
}

export interface TrendOptions extends RowOptions {
  by: TrendGrouping;
  sort: 'credits' | 'name';
  onlyUsers: OnlyUsers | null;
  /** Where the journal does not name it. */
  host: string;
  /** Projections begin at its last day. */
  period: Period;
  nowMs: number;
}

/** The trend of the days. Pure: the same records and the same options give the same trend. */
export function summariseTrend(recorded: RecordedDays, options: TrendOptions): Trend {
  const { by, period, nowMs, onlyUsers } = options;
  const runs = selectRuns(recorded.runs, period, nowMs);
  const coverage = measureCoverage(runs, period, nowMs);
  const untilMs = period.fromMs + coverage.elapsedMs;
  const hours = toTrendHours(recorded, nowMs);
  const days = toTrendDays(recorded, hours, nowMs);
  const today = toDayNumber(period.lastDay);
  const { shown, others } = cut(recorded.keys, options);
  const names = sharedNames(recorded.keys);
  const findAmount = resolveAmounts(options.budgets, recorded.keys);
  const findBudget = (key: KeyDays) => (by === 'user' ? findAmount(key) : ONE_VCPU);
  return {
    host: runs.at(-1)?.host ?? options.host,
    by,
    onlyUsers,
    period,
    untilMs,
    vcpus: averageVcpus(runs, period, nowMs),
    coverage,
    runs: onlyUsers?.isPrivate === true ? redactUsers(runs, onlyUsers.rows) : runs,
    renamed: onlyUsers?.renamed ?? (by === 'user' ? renamedUsers(recorded.keys) : []),
    days,
    hours: toHoursFigures(hours, untilMs),
    recordedPercent: coverage.recordedMs === 0 ? null : meanPercent(hours),
    commonBudgetUtilSeconds: commonBudget(
      shown.map((key) => utilSecondsADay(findBudget(key))),
      utilSecondsADay(options.budgets.others),
    ),
    budgetsAreGiven: areGiven(options.budgets),
    rows: shown.map((key): TrendRow => {
      const isShared = by === 'user' && names.has(key.name);
      return {
        id: key.id,
        uid: key.uid,
        name: key.name,
        key: isShared ? `${key.name} (${key.uid})` : key.name,
        ...limited(
          withLife(toSpending(key.dailyCpuMs, days), days),
          utilSecondsADay(findBudget(key)),
          today,
        ),
      };
    }),
    others:
      others.length === 0
        ? null
        : { rows: others.length, ...toSpending(addedUp(others, days.length), days) },
    total: limited(
      toSpending(
        days.map(({ cpuMs }) => cpuMs),
        days,
      ),
      limitOfTotal(options, runs.at(-1)?.vcpus ?? null),
      today,
    ),
  };
}

/** In util-seconds a day. */
function limitOfTotal(
  { onlyUsers, budgets }: TrendOptions,
  lastVcpus: number | null,
): number | null {
  if (onlyUsers === null) {
    return lastVcpus === null ? null : capacityUtilSeconds(lastVcpus, MS_PER_DAY);
  }
  const only = findOnlyUser({ onlyUsers });
  return only && utilSecondsADay(resolveAmounts(budgets, [only])(only));
}

export function toTrendHours(recorded: RecordedDays, nowMs: number): TimeBucket[] {
  const hours = recorded.calendar.flatMap((day) => day.hours);
  return toBuckets(hours, recorded.hourlyCpuMs, recorded, nowMs);
}

function toTrendDays(
  recorded: RecordedDays,
  hours: readonly TimeBucket[],
  nowMs: number,
): TrendDay[] {
  const { calendar } = recorded;
  let firstHour = 0;
  const hoursOfDays = calendar.map((day) =>
    hours.slice(firstHour, (firstHour += day.hours.length)),
  );
  const cpuMs = hoursOfDays.map((theirs) => sum(theirs.map((hour) => hour.cpuMs)));
  return toBuckets(calendar, cpuMs, recorded, nowMs).map((bucket, at) => {
    const { recordedMs, fromMs, toMs } = bucket;
    const { day = '' } = calendar[at] ?? {};
    return {
      ...bucket,
      day,
      weekday: toWeekday(day),
      coveredPercent: percentOf(recordedMs, toMs - fromMs),
      leftOut: findLeftOut(bucket, nowMs),
      hours: toHoursFigures(hoursOfDays[at] ?? [], nowMs),
    };
  });
}

function findLeftOut({ fromMs, toMs, recordedMs }: TimeBucket, nowMs: number): LeftOut | undefined {
  if (nowMs < toMs) return 'not-over';
  if (recordedMs === 0) return 'not-recorded';
  const elapsedMs = toMs - fromMs;
  return isCovered({ recordedMs, elapsedMs }) ? undefined : 'poorly-covered';
}

function toSpending(dailyCpuMs: number[], days: readonly TrendDay[]): Spending {
  const counted = days.flatMap(({ day, leftOut }, at) =>
    leftOut === undefined ? [{ day: toDayNumber(day), value: dailyCpuMs[at] ?? 0 }] : [],
  );
  return {
    cpuMs: sum(dailyCpuMs),
    meanCpuMs:
      counted.length === 0 ? null : sum(counted.map(({ value }) => value)) / counted.length,
    dailyCpuMs,
    line: fitLine(counted) ?? null,
  };
}

/** Without spending for longer than this, at the beginning or at the end, there is nothing that grows or falls. */
const LONGEST_PAUSE_DAYS = 7;

/** The spending of a row; one that has begun or ended in these days has no line, since days without it are no trend. */
function withLife(spending: Spending, days: readonly TrendDay[]): Spending {
  const counted = days.filter(({ leftOut }) => leftOut === undefined);
  const [first, last] = [counted.at(0), counted.at(-1)];
  const spentDays = days.filter((_, at) => (spending.dailyCpuMs[at] ?? 0) > 0);
  const [since, until] = [spentDays.at(0), spentDays.at(-1)];
  if (first === undefined || last === undefined || since === undefined || until === undefined) {
    return spending;
  }
  const isPause = (from: TrendDay, to: TrendDay) =>
    toDayNumber(to.day) - toDayNumber(from.day) > LONGEST_PAUSE_DAYS;
  if (isPause(until, last)) return { ...spending, line: null, until: until.day };
  return isPause(first, since) ? { ...spending, line: null, since: since.day } : spending;
}

function limited(
  spending: Spending,
  limitUtilSeconds: number | null,
  today: number,
): LimitedSpending {
  const { line } = spending;
  if (line === null || limitUtilSeconds === null) {
    return { ...spending, limitUtilSeconds, projection: null };
  }
  const limitCpuMs = limitUtilSeconds / utilSeconds(1);
  return { ...spending, limitUtilSeconds, projection: projectLimit(line, limitCpuMs, today) };
}

/** Those that spent the most, in the order asked for, and all others. */
function cut(
  keys: readonly KeyDays[],
  { sort, top }: TrendOptions,
): { shown: KeyDays[]; others: KeyDays[] } {
  const spent = new Map(keys.map((key) => [key, sum(key.dailyCpuMs)]));
  const byName = (a: KeyDays, b: KeyDays) =>
    a.name === b.name ? a.id - b.id : a.name < b.name ? -1 : 1;
  const bySpent = (a: KeyDays, b: KeyDays) => (spent.get(b) ?? 0) - (spent.get(a) ?? 0);
  const ranked = [...keys].sort((a, b) => bySpent(a, b) || byName(a, b));
  const shown = ranked.slice(0, top);
  return {
    shown: sort === 'name' ? shown.sort(byName) : shown,
    others: ranked.slice(shown.length),
  };
}

function addedUp(keys: readonly KeyDays[], days: number): number[] {
  return Array.from({ length: days }, (_, at) => sum(keys.map((key) => key.dailyCpuMs[at] ?? 0)));
}
