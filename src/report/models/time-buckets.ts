import type { Period, Span } from '../../shared/days.js';
import { percentOf, sum } from '../../shared/numbers.js';
import { MS_PER_HOUR, QUARTER_HOUR_MS } from '../../shared/units.js';
import { splitIntoDays } from './calendar.js';
import { type Covered, isCovered, measureSpans } from './coverage.js';
import type { HourUsage } from '../data/hours.js';
import type { RecorderRun } from '../data/runs.js';
import type { UnrecordedUsage } from '../data/unrecorded.js';
import { percentile } from './percentile.js';

/** An hour or a day of the period: how much of it was recorded, and what was spent in it. */
export interface TimeBucket extends Span, Covered {
  cpuMs: number;
  /** `cpuMs` without what was charged to a stretch in which no sample was taken. */
  recordedCpuMs: number;
  /** Of what the host could spend while it was recorded; null where it was not. */
  recordedPercent: number | null;
  /** Of what the host could spend in all of it; null where nothing of it was recorded. */
  capacityPercent: number | null;
}

export interface DayBucket extends TimeBucket {
  /** YYYY-MM-DD */
  day: string;
}

/** Whether nothing of it was recorded, and nothing charged to it. */
export function isUnknown({ recordedMs, cpuMs }: Partial<TimeBucket>): boolean {
  return recordedMs === 0 && cpuMs === 0;
}

/** When was recorded, and what was charged to stretches without a sample. */
export interface RecordedTime {
  runs: readonly RecorderRun[];
  unrecorded: readonly UnrecordedUsage[];
}

/**
 * The spans with what was spent in each. Pure.
 *
 * @param spans in order, without overlaps, from one quarter-hour of UTC to another
 * @param cpuMs one for each
 */
export function toBuckets(
  spans: readonly Span[],
  cpuMs: readonly number[],
  { runs, unrecorded }: RecordedTime,
  nowMs: number,
): TimeBucket[] {
  const unrecordedMs = new Map<number, number>();
  for (const { quarterMs, cpuMs } of unrecorded) {
    unrecordedMs.set(quarterMs, (unrecordedMs.get(quarterMs) ?? 0) + cpuMs);
  }
  return measureSpans(runs, spans, nowMs).map(({ recordedMs, vcpus }, at) => {
    const span = spans[at] ?? { fromMs: 0, toMs: 0 };
    const allMs = cpuMs[at] ?? 0;
    const recordedCpuMs = Math.max(0, allMs - sumUnrecorded(span));
    const percent = (partMs: number, lengthMs: number) =>
      vcpus === null ? null : percentOf(partMs, vcpus * lengthMs);
    return {
      ...{ fromMs: span.fromMs, toMs: span.toMs, recordedMs, vcpus, cpuMs: allMs, recordedCpuMs },
      recordedPercent: percent(recordedCpuMs, recordedMs),
      capacityPercent: percent(allMs, span.toMs - span.fromMs),
    };
  });

  function sumUnrecorded({ fromMs, toMs }: Span): number {
    let sumMs = 0;
    for (let ms = fromMs; ms < toMs; ms += QUARTER_HOUR_MS) sumMs += unrecordedMs.get(ms) ?? 0;
    return sumMs;
  }
}

/** What was spent in each hour of the period, whoever spent it. Pure. */
export function toHourBuckets(
  hours: readonly HourUsage[],
  recorded: RecordedTime,
  period: Period,
  nowMs: number,
): TimeBucket[] {
  const spans = hours.map(({ fromMs }, at) => ({
    fromMs,
    toMs: hours[at + 1]?.fromMs ?? period.toMs,
  }));
  const cpuMs = hours.map((hour) => sum([...hour.cpuMs.values()]));
  return toBuckets(spans, cpuMs, recorded, nowMs);
}

/** The days that these hours, all of the period, make up. Pure. */
export function toDayBuckets(
  hours: readonly TimeBucket[],
  recorded: RecordedTime,
  period: Period,
  nowMs: number,
): DayBucket[] {
  const days = splitIntoDays(period);
  let at = 0;
  const cpuMs = days.map(({ hours: { length } }) =>
    sum(hours.slice(at, (at += length)).map((hour) => hour.cpuMs)),
  );
  const buckets = toBuckets(days, cpuMs, recorded, nowMs);
  return buckets.map((bucket, at) => ({ ...bucket, day: days[at]?.day ?? '' }));
}

/** An hour, and how busy the host was in it while it was recorded, in percent of all vCPUs. */
export interface BusyHour {
  fromMs: number;
  percent: number;
}

/** In less of an hour a moment may look like all of it. */
const LEAST_RECORDED_MS = MS_PER_HOUR / 12;

/** What two sums of the same figures may differ by. */
const PRECISION = 1e-9;

/**
 * The busiest of the hours that were recorded, of the current one up to now; the first of equally busy ones. Null where
 * nothing was spent in any, and where the mean of all is above it: hours of which too little was recorded were busier.
 */
export function findBusiestHour(hours: readonly TimeBucket[], untilMs: number): BusyHour | null {
  let busiest: BusyHour | null = null;
  for (const { fromMs, toMs, recordedMs, recordedPercent } of hours) {
    const isJudged =
      recordedMs >= LEAST_RECORDED_MS &&
      isCovered({ recordedMs, elapsedMs: Math.min(toMs, untilMs) - fromMs });
    const percent = isJudged ? (recordedPercent ?? 0) : 0;
    if (percent > (busiest?.percent ?? 0)) busiest = { fromMs, percent };
  }
  const leastPercent = meanPercent(hours) * (1 - PRECISION);
  return busiest !== null && busiest.percent >= leastPercent ? busiest : null;
}

/** Of what the host could spend in all of them while they were recorded. */
export function meanPercent(hours: readonly TimeBucket[]): number {
  return percentOf(
    sum(hours.map(({ recordedCpuMs, vcpus }) => (vcpus === null ? 0 : recordedCpuMs))),
    sum(hours.map(({ recordedMs, vcpus }) => (vcpus ?? 0) * recordedMs)),
  );
}

/** Of hours of which enough was recorded, in percent of all vCPUs; null where none was. */
export interface HoursFigures {
  percent95: number | null;
  percent99: number | null;
  busiest: BusyHour | null;
}

/** Percentiles of the hours that are over, and the busiest of all. */
export function toHoursFigures(hours: readonly TimeBucket[], untilMs: number): HoursFigures {
  const percents = hours
    .filter(({ fromMs, toMs, recordedMs }) => isCovered({ recordedMs, elapsedMs: toMs - fromMs }))
    .flatMap(({ recordedPercent }) => recordedPercent ?? []);
  return {
    percent95: percentile(percents, 95) ?? null,
    percent99: percentile(percents, 99) ?? null,
    busiest: findBusiestHour(hours, untilMs),
  };
}
