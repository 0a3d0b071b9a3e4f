import type { Period } from '../../shared/days.js';
import type { Coverage } from '../data/coverage.js';
import type { JournalGrouping } from '../data/grouping.js';
import type { RenamedUser } from '../renamed-users.js';
import type { ReportedRun } from '../report.js';
import type { Span } from '../data/spans.js';
import type { Projection } from './projection.js';
import type { FittedLine } from './theil-sen.js';

/** What a row of the trend stands for. */
export type TrendGrouping = JournalGrouping | 'day';

/** Why a day does not count: it is not over, or too little of it was recorded. */
export type LeftOut = 'not-over' | 'poorly-covered' | 'not-recorded';

/** All that the host spent on a day. */
export interface TrendDay extends Span {
  /** YYYY-MM-DD */
  day: string;
  weekday: string;
  cpuMs: number;
  recordedMs: number;
  /** Of the day's whole length. */
  coveredPercent: number;
  /** Undefined for a day that counts. */
  leftOut: LeftOut | undefined;
  /** Of what the host could spend on the whole day; null where nothing was recorded. */
  capacityPercent: number | null;
  hours: HoursFigures;
}

/** Of hours that were recorded, in percent of all vCPUs; null where none was. */
export interface HoursFigures {
  percent95: number | null;
  percent99: number | null;
  busiest: { fromMs: number; percent: number } | null;
}

/** What was spent day by day, and where that leads. */
export interface Spending {
  /** Of all days, also of those that do not count. */
  cpuMs: number;
  /** Of a day that counts; null where there is none. */
  meanCpuMs: number | null;
  /** One for each day of the trend. */
  dailyCpuMs: number[];
  /** In milliseconds a day; null where too few days count. */
  line: FittedLine | null;
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
  /** What each user may spend in a day of 24 hours, in util-seconds; null where they may not all spend the same. */
  commonBudgetUtilSeconds: number | null;
  /** None by day. */
  rows: TrendRow[];
  others: (Spending & { rows: number }) | null;
  /** Against what the host can spend on a day of 24 hours with the vCPUs that it has had last. */
  total: LimitedSpending;
}
