import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns/format';
import type { Period } from '../../shared/days.js';
import type { Span } from '../spans.js';
import { NO_BREAK_SPACE } from './text.js';

const MS_PER_HOUR = 3_600_000;
const HOURS_PER_DAY = 24;

/** By how much clocks are set back: an hour, or half an hour on Lord Howe Island. */
const SETBACKS_MS = [MS_PER_HOUR, MS_PER_HOUR / 2];

/** `Sunday 29 March 2026 (23 hours)`, or `1 – 7 March 2026 (7 days)`. */
export function periodInWords(period: Period): string {
  const first = new TZDate(period.fromMs, period.timeZone);
  if (period.days === 1) return format(first, 'EEEE d MMMM yyyy') + lengthIfUnusual(period);
  const last = new TZDate(period.toMs - 1, period.timeZone);
  const sameYear = first.getFullYear() === last.getFullYear();
  const sameMonth = sameYear && first.getMonth() === last.getMonth();
  const shape = sameMonth ? 'd' : sameYear ? 'd MMMM' : 'd MMMM yyyy';
  return `${format(first, shape)} – ${format(last, 'd MMMM yyyy')} (${period.days} days)`;
}

/** `Sunday 29 March 2026, 14:05` */
export function momentInWords(ms: number, timeZone: string): string {
  return format(new TZDate(ms, timeZone), 'EEEE d MMMM yyyy, HH:mm');
}

/** `14:05`, or `29 Mar 14:05` in a report of several days. */
export function shortMoment(ms: number, period: Period): string {
  return format(new TZDate(ms, period.timeZone), period.days > 1 ? 'd MMM HH:mm' : 'HH:mm');
}

/**
 * `10:00:00 – 10:00:10`, with dates in a report of several days, and with the zone's offset for a
 * time that comes twice. The spaces in it are no-break spaces.
 */
export function spanInWords(span: Span, period: Period): string {
  const withDates = period.days > 1 || span.fromMs < period.fromMs || span.toMs > period.toMs;
  const words = (ms: number) => {
    // The end of a day is its 24:00, not the next day's 00:00.
    if (ms === period.toMs && !withDates) return '24:00:00';
    const time = comesTwice(ms, period.timeZone) ? 'HH:mm:ss xxx' : 'HH:mm:ss';
    return format(new TZDate(ms, period.timeZone), withDates ? `d MMM ${time}` : time);
  };
  return `${words(span.fromMs)} – ${words(span.toMs)}`.replaceAll(' ', NO_BREAK_SPACE);
}

function lengthIfUnusual(period: Period): string {
  const hours = (period.toMs - period.fromMs) / MS_PER_HOUR;
  return hours === HOURS_PER_DAY ? '' : ` (${hours} hours)`;
}

/** Whether the clock on the wall shows this time once more, because it is set back around it. */
function comesTwice(ms: number, timeZone: string): boolean {
  const shown = format(new TZDate(ms, timeZone), 'HH:mm');
  return SETBACKS_MS.some(
    (setbackMs) =>
      format(new TZDate(ms + setbackMs, timeZone), 'HH:mm') === shown ||
      format(new TZDate(ms - setbackMs, timeZone), 'HH:mm') === shown,
  );
}
