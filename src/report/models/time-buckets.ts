import type { Period, Span } from '../../shared/days.js';
import { percentOf, sum } from '../../shared/numbers.js';
import { capacityUtilSeconds, QUARTER_HOUR_MS, utilSeconds } from '../../shared/units.js';
import { splitIntoDays } from './calendar.js';
import { isCovered, measureSpans } from './coverage.js';
import type { HourUsage } from '../data/hours.js';
import type { RecorderRun } from '../data/runs.js';
import type { UnrecordedUsage } from '../data/unrecorded.js';

/** An hour or a day of the period: how much of it was recorded, and what was spent in it. */
export interface TimeBucket extends Span {
  recordedMs: number;
  /** Null where nothing was recorded of it and nothing spent. */
  cpuMs: number | null;
  /** `cpuMs` without what was charged to a stretch in which no sample was taken. */
  recordedCpuMs: number;
  /** Of what the host could spend while it was recorded; null where it was not. */
  recordedPercent: number | null;
  /** Of what the host could spend in all of it; null as `cpuMs`, and where its vCPUs are not known. */
  capacityPercent: number | null;
}

export interface DayBucket extends TimeBucket {
  /** YYYY-MM-DD */
  day: string;
}

/** What was spent in each hour of the period, whoever spent it. Pure. */
export function toHourBuckets(
  hours: readonly HourUsage[],
  runs: readonly RecorderRun[],
  period: Period,
  nowMs: number,
  unrecorded: readonly UnrecordedUsage[],
): TimeBucket[] {
  const unrecordedMs = new Map<number, number>();
  for (const { quarterMs, cpuMs } of unrecorded) {
    unrecordedMs.set(quarterMs, (unrecordedMs.get(quarterMs) ?? 0) + cpuMs);
  }
  const spans = hours.map(({ fromMs }, at) => ({
    fromMs,
    toMs: hours[at + 1]?.fromMs ?? period.toMs,
  }));
  const spent = hours.map(({ cpuMs }, at) => {
    const allMs = sum([...cpuMs.values()]);
    return { cpuMs: allMs, recordedCpuMs: Math.max(0, allMs - sumWithin(spans[at])) };
  });
  return toBuckets(spans, spent, runs, nowMs);

  function sumWithin({ fromMs, toMs }: Span = { fromMs: 0, toMs: 0 }): number {
    let sumMs = 0;
    for (let ms = fromMs; ms < toMs; ms += QUARTER_HOUR_MS) sumMs += unrecordedMs.get(ms) ?? 0;
    return sumMs;
  }
}

/** The days that these hours, all of the period, make up. Pure. */
export function toDayBuckets(
  hours: readonly TimeBucket[],
  runs: readonly RecorderRun[],
  period: Period,
  nowMs: number,
): DayBucket[] {
  const days = splitIntoDays(period);
  let at = 0;
  const spent = days.map(({ hours: ofDay }) => {
    const own = hours.slice(at, at + ofDay.length);
    at += ofDay.length;
    return {
      cpuMs: sum(own.map(({ cpuMs }) => cpuMs ?? 0)),
      recordedCpuMs: sum(own.map(({ recordedCpuMs }) => recordedCpuMs)),
    };
  });
  const buckets = toBuckets(days, spent, runs, nowMs);
  return buckets.map((bucket, at) => ({ ...bucket, day: days[at]?.day ?? '' }));
}

/** An hour, and how busy the host was in it, in percent of all vCPUs. */
export interface BusyHour {
  fromMs: number;
  percent: number;
}

/** The busiest of the hours that were recorded, the first of equally busy ones; null where nothing was spent in any. */
export function findBusiestHour(hours: readonly TimeBucket[]): BusyHour | null {
  let busiest: BusyHour | null = null;
  for (const { fromMs, toMs, recordedMs, recordedPercent } of hours) {
    const percent = isCovered({ recordedMs, elapsedMs: toMs - fromMs }) ? recordedPercent : null;
    if ((percent ?? 0) > (busiest?.percent ?? 0)) busiest = { fromMs, percent: percent ?? 0 };
  }
  return busiest;
}

function toBuckets(
  spans: readonly Span[],
  spent: readonly Pick<TimeBucket, 'cpuMs' | 'recordedCpuMs'>[],
  runs: readonly RecorderRun[],
  nowMs: number,
): TimeBucket[] {
  return measureSpans(runs, spans, nowMs).map(({ recordedMs, vcpus }, at) => {
    const { fromMs, toMs } = spans[at] ?? { fromMs: 0, toMs: 0 };
    const { cpuMs: allMs, recordedCpuMs } = spent[at] ?? { cpuMs: 0, recordedCpuMs: 0 };
    const cpuMs = recordedMs === 0 && allMs === 0 ? null : allMs;
    const capacityPercent =
      cpuMs === null || vcpus === null
        ? null
        : percentOf(utilSeconds(cpuMs), capacityUtilSeconds(vcpus, toMs - fromMs));
    const recordedPercent =
      recordedMs === 0 || vcpus === null ? null : percentOf(recordedCpuMs, vcpus * recordedMs);
    return { fromMs, toMs, recordedMs, cpuMs, recordedCpuMs, recordedPercent, capacityPercent };
  });
}
