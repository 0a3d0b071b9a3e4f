import { sum } from '../../shared/numbers.js';
import type { JournalReport } from '../models/day.js';
import type { Ledger } from '../models/ledger.js';
import type { NearestRecordings } from '../models/nearest-recording.js';
import { type BusyHour, type TimeBucket, toBuckets } from '../models/time-buckets.js';
import type { Trend } from '../models/trend.js';
import { type HeatDay, toHeat } from './figures/heat.js';
import { type PeriodPart, toPart, type Step, chooseStep } from './figures/parts.js';
import {
  assignColours,
  type Stack,
  toStack,
  type StackPart,
  type UserColours,
  type UserParts,
} from './figures/stack.js';

/** What the journal holds for a page, as the other views make it. */
export interface RecordedPage {
  report: JournalReport;
  nearest: NearestRecordings;
  busiestHour: BusyHour | null;
  parts: PeriodPart[];
  /** What each user used in each part, in milliseconds by the number of the user in the journal. */
  partCpuMs: ReadonlyMap<number, number>[];
  trend: Trend;
  /** The last hours of the trend. */
  heatHours: TimeBucket[];
  /** Only where it is asked for. */
  ledger: Ledger | undefined;
}

/** All figures of a page, and nothing of how they look. */
export interface Page extends Pick<
  RecordedPage,
  'report' | 'nearest' | 'busiestHour' | 'trend' | 'ledger'
> {
  nowMs: number;
  /** What a part of the period is. */
  step: Step;
  colours: UserColours;
  /** What was spent in the period. */
  spent: Stack;
  /** What was spent in the days of the trend. */
  days: Stack;
  heat: HeatDay[];
}

/** The figures of a page. Pure: the same records at the same moment give the same page. */
export function summarisePage(recorded: RecordedPage, nowMs: number): Page {
  const { report, nearest, busiestHour, ledger, trend } = recorded;
  const users = toUsers(recorded);
  const monthly = trend.rows.map(({ id, key, dailyCpuMs }) => ({ id, key, cpuMs: dailyCpuMs }));
  const colours = assignColours(report.total.cpuMs > 0 ? users : monthly);
  return {
    ...{ report, nearest, busiestHour, trend, ledger, nowMs, colours },
    step: chooseStep(report.period),
    spent: toStack(spentParts(recorded, nowMs), users, colours),
    days: toStack(dayParts(trend), monthly, colours),
    heat: toHeat(recorded.heatHours, trend.period.timeZone, trend.untilMs),
  };
}

function toUsers({ partCpuMs, report }: RecordedPage): UserParts[] {
  return report.rows.map(({ id, key }) => ({
    id,
    key,
    cpuMs: partCpuMs.map((users) => users.get(id) ?? 0),
  }));
}

function spentParts({ parts, partCpuMs, report }: RecordedPage, nowMs: number): StackPart[] {
  const cpuMs = partCpuMs.map((users) => sum([...users.values()]));
  return stackParts(parts, toBuckets(parts, cpuMs, report, nowMs), report);
}

function dayParts(trend: Trend): StackPart[] {
  return stackParts(trend.days.map(toPart), trend.days, trend);
}

function stackParts(
  parts: readonly PeriodPart[],
  buckets: readonly TimeBucket[],
  { vcpus: usualVcpus, untilMs }: Pick<JournalReport, 'vcpus' | 'untilMs'>,
): StackPart[] {
  return buckets.flatMap((bucket, at) => {
    const part = parts[at];
    if (part === undefined) return [];
    const { fromMs, toMs, cpuMs, recordedMs, recordedPercent } = bucket;
    const vcpus = bucket.vcpus ?? usualVcpus;
    return {
      ...{ ...part, cpuMs, recordedMs, recordedPercent },
      elapsedMs: Math.max(0, Math.min(toMs, untilMs) - fromMs),
      capacityCpuMs: vcpus === null ? null : vcpus * (toMs - fromMs),
    };
  });
}
