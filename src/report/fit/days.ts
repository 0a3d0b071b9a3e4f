import { addCalendarDays, calendarDayOf } from '../../shared/days.js';
import type { PeriodOptions } from '../data/period.js';
import type { Span } from '../data/spans.js';

/** So many days show the weekly rhythm four times. */
const DAYS = 30;

/** The last 30 recorded days: up to that of the last sample, and none before the first. */
export function lastRecordedDays(recorded: Span, timeZone: string): PeriodOptions {
  const first = calendarDayOf(recorded.fromMs, timeZone);
  const last = calendarDayOf(recorded.toMs - 1, timeZone);
  const from = addCalendarDays(last, 1 - DAYS);
  return { kind: 'range', from: from < first ? first : from, to: last };
}
