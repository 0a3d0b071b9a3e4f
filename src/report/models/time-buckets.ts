import type { Period, Span } from '../../shared/days.js';
import { percentOf, sum } from '../../shared/numbers.js';
import { capacityUtilSeconds, utilSeconds } from '../../shared/units.js';
import { splitIntoDays } from './calendar.js';
import { measureSpans } from './coverage.js';
import type { HourUsage } from '../data/hours.js';
import type { RecorderRun } from '../data/runs.js';

/** An hour or a day of the period: how much of it was recorded, and what was spent in it. */
export interface TimeBucket extends Span {
  recordedMs: number;
  /** Null where nothing was recorded of it and nothing spent. */
  cpuMs: number | null;
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
): TimeBucket[] {
  const spans = hours.map(({ fromMs }, at) => ({
    fromMs,
    toMs: hours[at + 1]?.fromMs ?? period.toMs,
  }));
  const spentMs = hours.map(({ cpuMs }) => sum([...cpuMs.values()]));
  return toBuckets(spans, spentMs, runs, nowMs);
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
  const spentMs = days.map(({ hours: ofDay }) => {
    const before = at;
    at += ofDay.length;
    return sum(hours.slice(before, at).map(({ cpuMs }) => cpuMs ?? 0));
  });
  const buckets = toBuckets(days, spentMs, runs, nowMs);
  return buckets.map((bucket, at) => ({ ...bucket, day: days[at]?.day ?? '' }));
}

function toBuckets(
  spans: readonly Span[],
  spentMs: readonly number[],
  runs: readonly RecorderRun[],
  nowMs: number,
): TimeBucket[] {
  return measureSpans(runs, spans, nowMs).map(({ recordedMs, vcpus }, at) => {
    const { fromMs, toMs } = spans[at] ?? { fromMs: 0, toMs: 0 };
    const spent = spentMs[at] ?? 0;
    const cpuMs = recordedMs === 0 && spent === 0 ? null : spent;
    const capacityPercent =
      cpuMs === null || vcpus === null
        ? null
        : percentOf(utilSeconds(cpuMs), capacityUtilSeconds(vcpus, toMs - fromMs));
    return { fromMs, toMs, recordedMs, cpuMs, capacityPercent };
  });
}
