import { fromDayNumber, toDayNumber } from '../../models/calendar.js';
import type { FittedLine } from '../../models/theil-sen.js';
import type { LimitedSpending } from '../../models/trend.js';
import type { StackPart } from './stack.js';

/** The line goes on for so many days, or to where it meets the limit, if that is not much farther. */
const LEAST_DAYS_AHEAD = 14;
const MOST_DAYS_AHEAD = 60;

/** What a line says of a day, in milliseconds of CPU time. */
export interface LinePoint {
  value: number;
  low: number;
  high: number;
}

/** The days of a trend and some that are ahead, with what the line says of each. */
export interface Outlook {
  parts: StackPart[];
  points: LinePoint[];
}

/** Undefined where there is no line. */
export function toOutlook(
  parts: readonly StackPart[],
  { line, projection }: LimitedSpending,
): Outlook | undefined {
  const last = parts.at(-1);
  if (line === null || last === undefined) return undefined;
  const today = toDayNumber(last.label);
  const toLimit = projection?.kind === 'ahead' ? projection.day - today + 1 : 0;
  const ahead = toLimit > MOST_DAYS_AHEAD ? LEAST_DAYS_AHEAD : Math.max(toLimit, LEAST_DAYS_AHEAD);
  const days = [...parts, ...Array.from({ length: ahead }, (_, at) => toFuturePart(last, at + 1))];
  return {
    parts: days,
    points: days.map(({ label }) => evaluateLine(line, toDayNumber(label))),
  };
}

/** As projections have it: the line as high and as steep as it may be, and as low and as flat. */
function evaluateLine(line: FittedLine, day: number): LinePoint {
  const away = day - line.centreDay;
  const ends = [line.lowSlope * away, line.highSlope * away];
  return {
    value: Math.max(0, line.centreValue + line.slope * away),
    low: Math.max(0, line.centreValue - line.centreError + Math.min(...ends)),
    high: Math.max(0, line.centreValue + line.centreError + Math.max(...ends)),
  };
}

/** A day of which there is nothing yet but its place. */
function toFuturePart({ label, toMs, capacityCpuMs }: StackPart, days: number): StackPart {
  const day = fromDayNumber(toDayNumber(label) + days);
  return {
    ...{ fromMs: toMs, toMs, label: day, tick: day.slice(5) },
    ...{ cpuMs: 0, recordedMs: 0, recordedPercent: null, elapsedMs: 0, capacityCpuMs },
  };
}
