import { sum } from '../../shared/numbers.js';

/** What was spent on a calendar day. */
export interface DayValue {
  /** Whole days since 1970-01-01, so that two of the same weekday are a multiple of seven apart. */
  day: number;
  value: number;
}

/** A straight line through daily values, with what it can't tell better. */
export interface FittedLine {
  /** How much more each day is than the day before. */
  slope: number;
  /** The 95 % range of the slope; it includes 0 where there is no trend. */
  lowSlope: number;
  highSlope: number;
  /** Where the line is surest. */
  centreDay: number;
  /** The mean of a week's days there, as the line has it. */
  centreValue: number;
  /** By how much `centreValue` may be off, either way, in 95 of 100 cases. */
  centreError: number;
}

/**
 * Three of each weekday. With two, one busy week looks like growth on all seven.
 */
export const LEAST_DAYS = 21;

/** Two years: what is older says little of what comes, and pairs grow with the square of the days. */
const MOST_DAYS = 728;

const DAYS_PER_WEEK = 7;

/** Of the normal distribution, for 95 %. */
const Z = 1.96;

/** With less than half a slope outside at each end there is no range of 95 %. */
const LEAST_RANK = 0.5;

/** Makes a standard deviation of the median difference between two values, for normal noise. */
const DIFFERENCE_TO_DEVIATION = 1.4826 / Math.SQRT2;

/** A median is off by so much more than a mean is, for normal noise. */
const MEDIAN_TO_MEAN_ERROR = 1.2533;

/** Days that follow each other more closely than this can't be told from one long day. */
const MOST_ALIKE = 0.9;

/** A weekday with less than this of a mean day says nothing: a little noise on it would look like much. */
const LEAST_SHARE = 0.1;

/** The days of one weekday. */
interface Weekday {
  days: readonly DayValue[];
  /** What such a day is beside the mean of a week's days. */
  share: number;
}

/**
 * The Theil–Sen line of the mean of a week's days: its slope is the median of the slopes between any two
 * days of the same weekday, each by the weekday's share, so that neither the rhythm of the week nor a
 * few odd days bend it. A rhythm is one of shares: what grows does so on busy days more than on quiet
 * ones. The range belongs to Kendall's test by seasons (Sen 1968, Hirsch and others 1982), and is wider
 * where days resemble the days before them.
 *
 * @param points one a day, in order
 * @returns undefined for fewer than `LEAST_DAYS`, and where weekdays are too few for a range
 */
export function fitLine(points: readonly DayValue[]): FittedLine | undefined {
  const used = points.slice(-MOST_DAYS);
  if (used.length < LEAST_DAYS) return undefined;
  const centreDay = findMedian(Float64Array.from(used, ({ day }) => day));
  const weekdays = toWeekdays(used, centreDay);
  const telling = weekdays.filter(({ share }) => share >= LEAST_SHARE).map(byShare);
  const slopes = sorted(pairsWithin(telling, slopeBetween));
  const slope = findMedian(slopes);
  const spread = widening(telling, slope);
  const range = computeRange(slopes, computeVariance(telling) * spread);
  if (range === undefined) return undefined;
  const differences = pairsWithin(telling, (earlier, later) =>
    Math.abs(later.value - earlier.value - slope * (later.day - earlier.day)),
  );
  const deviation = DIFFERENCE_TO_DEVIATION * findMedian(sorted(differences));
  const shares = Math.sqrt(average(weekdays.map(({ share }) => share ** 2)));
  return {
    slope,
    lowSlope: range.low,
    highSlope: range.high,
    centreDay,
    centreValue: average(
      weekdays.map(({ days, share }) => computeLevel(days, share * slope, centreDay)),
    ),
    centreError: Z * MEDIAN_TO_MEAN_ERROR * deviation * shares * Math.sqrt(spread / used.length),
  };
}

/** The shares are those that the weekdays have in the middle of the time; 1 where nothing was spent. */
function toWeekdays(points: readonly DayValue[], centreDay: number): Weekday[] {
  const weekdays = byWeekday(points);
  const slope = findMedian(sorted(pairsWithin(weekdays, slopeBetween)));
  const levels = weekdays.map((days) => computeLevel(days, slope, centreDay));
  const mean = average(levels);
  return weekdays.map((days, at) => ({ days, share: mean > 0 ? (levels[at] ?? 0) / mean : 1 }));
}

function byShare({ days, share }: Weekday): DayValue[] {
  return days.map(({ day, value }) => ({ day, value: value / share }));
}

/** Whether the values grow or fall beyond doubt. */
export function toDirection({
  lowSlope,
  highSlope,
}: Pick<FittedLine, 'lowSlope' | 'highSlope'>): 'up' | 'down' | 'none' {
  if (lowSlope > 0) return 'up';
  return highSlope < 0 ? 'down' : 'none';
}

function byWeekday(points: readonly DayValue[]): DayValue[][] {
  const weekdays = new Map<number, DayValue[]>();
  for (const point of points) {
    const weekday = point.day % DAYS_PER_WEEK;
    const same = weekdays.get(weekday);
    if (same === undefined) weekdays.set(weekday, [point]);
    else same.push(point);
  }
  return [...weekdays.values()];
}

/** What a figure makes of any two days of the same weekday, the earlier one first. */
function pairsWithin(
  weekdays: readonly (readonly DayValue[])[],
  figure: (earlier: DayValue, later: DayValue) => number,
): number[] {
  const figures: number[] = [];
  for (const days of weekdays) {
    days.forEach((later, end) => {
      for (let at = 0; at < end; at += 1) {
        const earlier = days[at];
        if (earlier !== undefined) figures.push(figure(earlier, later));
      }
    });
  }
  return figures;
}

function slopeBetween(earlier: DayValue, later: DayValue): number {
  return (later.value - earlier.value) / (later.day - earlier.day);
}

/** Of Kendall's S, when nothing grows: how many pairs rise less how many fall. */
function computeVariance(weekdays: readonly (readonly DayValue[])[]): number {
  return sum(weekdays.map(({ length: n }) => (n * (n - 1) * (2 * n + 5)) / 18));
}

function computeRange(
  slopes: Float64Array,
  variance: number,
): { low: number; high: number } | undefined {
  const rank = (slopes.length - Z * Math.sqrt(variance)) / 2;
  if (rank < LEAST_RANK) return undefined;
  const outside = Math.max(1, Math.floor(rank));
  const low = slopes.at(outside - 1);
  const high = slopes.at(-outside);
  return low === undefined || high === undefined ? undefined : { low, high };
}

/** The value of a weekday on one day, by the line. */
function computeLevel(days: readonly DayValue[], slope: number, onDay: number): number {
  return findMedian(sorted(days.map(({ day, value }) => value - slope * (day - onDay))));
}

/** What is left of each value without the line and its weekday, in the order of the days. */
function computeResiduals(weekdays: readonly (readonly DayValue[])[], slope: number): DayValue[] {
  return weekdays
    .flatMap((days) => {
      const level = computeLevel(days, slope, 0);
      return days.map(({ day, value }) => ({ day, value: value - slope * day - level }));
    })
    .sort((a, b) => a.day - b.day);
}

/**
 * By how much the variance grows because days resemble the days before them: (1 + r) ÷ (1 − r), where
 * r is the correlation of the ranks of what is left, one day apart. Never below 1.
 */
function widening(weekdays: readonly (readonly DayValue[])[], slope: number): number {
  const residuals = computeResiduals(weekdays, slope);
  const ranks = rankValues(residuals.map(({ value }) => value));
  const mean = average(ranks);
  const deviations = ranks.map((rank) => rank - mean);
  const variance = average(deviations.map((deviation) => deviation ** 2));
  const products = deviations.slice(1).flatMap((deviation, at) => {
    const isNextDay = residuals[at + 1]?.day === (residuals[at]?.day ?? 0) + 1;
    return isNextDay ? [deviation * (deviations[at] ?? 0)] : [];
  });
  if (variance === 0 || products.length === 0) return 1;
  const alike = Math.min(MOST_ALIKE, Math.max(0, average(products) / variance));
  return (1 + alike) / (1 - alike);
}

/** The place of each value in their order, equal ones sharing theirs. */
function rankValues(values: readonly number[]): number[] {
  const places = new Map<number, { first: number; last: number }>();
  sorted(values).forEach((value, at) => {
    places.set(value, { first: places.get(value)?.first ?? at, last: at });
  });
  return values.map((value) => {
    const { first, last } = places.get(value) ?? { first: 0, last: 0 };
    return (first + last) / 2;
  });
}

function sorted(values: readonly number[]): Float64Array {
  return new Float64Array(values).sort();
}

/** The median of values in order, of which there is at least one. */
function findMedian(ordered: Float64Array): number {
  const half = (ordered.length - 1) / 2;
  return ((ordered.at(Math.floor(half)) ?? 0) + (ordered.at(Math.ceil(half)) ?? 0)) / 2;
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}
