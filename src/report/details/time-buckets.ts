import { sum } from '../../shared/numbers.js';
import type { Period } from '../../shared/days.js';
import { capacityUtilSeconds, utilSeconds } from '../../shared/units.js';
import { percentOf } from '../figures.js';
import type { HourUsage } from '../data/hours.js';
import type { RecorderRun } from '../data/runs.js';
import { splitIntoDays } from '../data/calendar.js';
import { measureSpans } from '../data/coverage.js';
import type { Span } from '../data/spans.js';
import type { TimeBucket } from './details.js';

/** What was spent in each hour of the period, whoever spent it. Pure. */
export function hourBuckets(
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
export function dayBuckets(
  hours: readonly TimeBucket[],
  runs: readonly RecorderRun[],
  period: Period,
  nowMs: number,
): (TimeBucket & { day: string })[] {
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
