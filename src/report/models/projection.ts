import { toDirection, type FittedLine } from './theil-sen.js';

/** When a mean day of the week is at a limit, if it goes on as it does. Days are those since 1970. */
export type Projection =
  | { kind: 'reached' }
  /** `latestDay` is undefined where it is more than ten years away. */
  | { kind: 'ahead'; day: number; earliestDay: number; latestDay: number | undefined }
  /** Not within ten years; perhaps from `earliestDay` on. */
  | { kind: 'far'; earliestDay: number | undefined }
  | { kind: 'falling' }
  | { kind: 'no-trend' };

/** Ten years: whoever plans for longer has another server by then. */
const MOST_DAYS_AHEAD = 3_652;

/**
 * The day from which on the line is at the limit or above. The range has the line as high and as
 * steep as it may be, and as low and as flat. No day is before today.
 */
export function projectLimit(line: FittedLine, limit: number, today: number): Projection {
  const direction = toDirection(line);
  const slope = direction === 'none' ? 0 : line.slope;
  const valueToday = line.centreValue + slope * (today - line.centreDay);
  if (valueToday >= limit) return { kind: 'reached' };
  if (direction === 'none') return { kind: 'no-trend' };
  if (direction === 'down') return { kind: 'falling' };
  const lastDay = today + MOST_DAYS_AHEAD;
  const dayOn = (value: number, steepness: number): number | undefined => {
    const day = Math.ceil(line.centreDay + (limit - value) / steepness);
    return day > lastDay ? undefined : Math.max(today, day);
  };
  const earliestDay = dayOn(line.centreValue + line.centreError, line.highSlope);
  const day = dayOn(line.centreValue, line.slope);
  if (day === undefined || earliestDay === undefined) return { kind: 'far', earliestDay };
  const latestDay = dayOn(line.centreValue - line.centreError, line.lowSlope);
  return { kind: 'ahead', day, earliestDay, latestDay };
}
