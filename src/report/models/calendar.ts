import {
  listHours,
  type Period,
  type Span,
  toCalendarDay,
  weekdayName,
} from '../../shared/days.js';
import { MS_PER_DAY } from '../../shared/units.js';

/** A day of the calendar, with the hours that a clock on the wall shows: 23, 24 or 25 as a rule. */
export interface CalendarDay extends Span {
  /** YYYY-MM-DD */
  day: string;
  hours: Span[];
}

/** The days of a period, in order, one after the other. A day that a time zone skipped is not there. */
export function splitIntoDays(period: Period): CalendarDay[] {
  const days: CalendarDay[] = [];
  for (const { fromMs, toMs } of listHours(period)) {
    const day = toCalendarDay(fromMs, period.timeZone);
    const last = days.at(-1);
    // A clock that is set back at midnight shows the end of the old day again.
    if (last === undefined || day > last.day) {
      days.push({ day, fromMs, toMs, hours: [{ fromMs, toMs }] });
    } else {
      last.hours.push({ fromMs, toMs });
      last.toMs = toMs;
    }
  }
  return days;
}

/** The day's place in the calendar: whole days since 1970-01-01. */
export function toDayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY;
}

export function fromDayNumber(number: number): string {
  return new Date(number * MS_PER_DAY).toISOString().slice(0, 10);
}

export function toWeekday(day: string): string {
  return weekdayName(new Date(`${day}T00:00:00Z`));
}
