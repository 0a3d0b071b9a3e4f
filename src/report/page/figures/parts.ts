import { listHourStarts, formatOffset, type Period, wallClock } from '../../../shared/days.js';
import type { Span } from '../../data/spans.js';
import { type CalendarDay, splitIntoDays } from '../../data/calendar.js';

/** Hours of more days, or days of more months, are too many bars side by side. */
const MOST_DAYS_BY_HOUR = 2;
const MOST_DAYS_BY_DAY = 92;

/** What a bar stands for in a plot of a period. */
export type Step = 'hour' | 'day' | 'month';

/** One of the parts that a period is shown in. */
export interface Part extends Span {
  /** Unique within the period: `14:00`, `2026-03-29` or `2026-03`. */
  label: string;
  /** What stands under its bar, where there is room. */
  tick: string;
}

export function stepOf({ days }: Period): Step {
  if (days <= MOST_DAYS_BY_HOUR) return 'hour';
  return days <= MOST_DAYS_BY_DAY ? 'day' : 'month';
}

/** The period in hours, days or months of its calendar, in order and without holes. */
export function partsOf(period: Period): Part[] {
  switch (stepOf(period)) {
    case 'hour':
      return hoursOf(period);
    case 'day':
      return splitIntoDays(period).map(partOfDay);
    case 'month':
      return monthsOf(period);
  }
}

/** A day of the calendar as a part; its tick is the day of the month, the first one's with the month. */
export function partOfDay({ fromMs, toMs, day }: CalendarDay | (Span & { day: string })): Part {
  return { fromMs, toMs, label: day, tick: day.slice(5) };
}

function hoursOf(period: Period): Part[] {
  const starts = listHourStarts(period);
  const labelOf = (ms: number) => {
    const [day = '', time = ''] = wallClock(ms, period.timeZone).toISOString().split('T');
    return `${period.days === 1 ? '' : `${day.slice(5)} `}${time.slice(0, 5)}`;
  };
  const labels = starts.map(labelOf);
  return starts.map((fromMs, at) => {
    const label = labels[at] ?? '';
    // A clock that is set back shows an hour twice.
    const comesTwice = labels.filter((other) => other === label).length > 1;
    return {
      fromMs,
      toMs: starts[at + 1] ?? period.toMs,
      label: comesTwice ? `${label} ${formatOffset(fromMs, period.timeZone)}` : label,
      tick: label.slice(-5, -3),
    };
  });
}

function monthsOf(period: Period): Part[] {
  const months: Part[] = [];
  for (const { day, fromMs, toMs } of splitIntoDays(period)) {
    const label = day.slice(0, 7);
    const last = months.at(-1);
    if (last?.label === label) last.toMs = toMs;
    else months.push({ fromMs, toMs, label, tick: label });
  }
  return months;
}
