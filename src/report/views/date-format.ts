import { formatOffset, type Period, type Span, wallClock, weekdayName } from '../../shared/days.js';
import { NO_BREAK_SPACE } from '../view.js';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '../../shared/units.js';

const HOURS_PER_DAY = 24;

type Precision = 'minutes' | 'seconds';

/** Of weekdays and months: in whole, or their first three letters. */
type Names = 'long' | 'short';

/** By how much clocks are set back: an hour, or half an hour on Lord Howe Island. */
const SETBACKS_MS = [MS_PER_HOUR, MS_PER_HOUR / 2];

const DURATION_UNITS = [
  { sign: 'y', lengthMs: 365 * MS_PER_DAY },
  { sign: 'd', lengthMs: MS_PER_DAY },
  { sign: 'h', lengthMs: MS_PER_HOUR },
  { sign: 'm', lengthMs: MS_PER_HOUR / 60 },
  { sign: 's', lengthMs: MS_PER_SECOND },
];

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

/**
 * `Sunday 29 March 2026 (23 hours)`, `1 – 7 March 2026 (7 days)`, `the last 24 hours from 28 Mar 15:00`, or
 * `Sunday 29 March 2026, 14:32`; with short names `Sun 29 Mar 2026`.
 */
export function formatPeriod(period: Period, names: Names = 'long'): string {
  if (period.hours !== undefined) {
    return `${formatLength(period)} from ${formatShortMoment(period.fromMs, period)}`;
  }
  const first = wallClock(period.fromMs, period.timeZone);
  if (period.isMinute === true) {
    return `${formatFullDay(first, names)}, ${formatHour(period.fromMs, period)}`;
  }
  if (period.days === 1) return formatFullDay(first, names) + formatUnusualLength(period);
  const last = wallClock(period.toMs - 1, period.timeZone);
  const sameYear = first.getUTCFullYear() === last.getUTCFullYear();
  const sameMonth = sameYear && first.getUTCMonth() === last.getUTCMonth();
  const from = sameMonth
    ? `${first.getUTCDate()}`
    : sameYear
      ? formatDayAndMonth(first, names)
      : formatDay(first, names);
  return `${from} – ${formatDay(last, names)} (${period.days} days)`;
}

/** `the day`, `the 7 days` or `the last 24 hours` */
export function formatLength({ days, hours }: Pick<Period, 'days' | 'hours'>): string {
  if (hours !== undefined) return hours === 1 ? 'the last hour' : `the last ${hours} hours`;
  return days === 1 ? 'the day' : `the ${days} days`;
}

/** `Sunday 29 March 2026, 14:05` */
export function formatMoment(ms: number, timeZone: string): string {
  const date = wallClock(ms, timeZone);
  return `${formatFullDay(date)}, ${formatTime(date)}`;
}

/** `14:05`, or `29 Mar 14:05` in a report of several days. */
export function formatShortMoment(ms: number, period: Period): string {
  const date = wallClock(ms, period.timeZone);
  const time = formatTime(date);
  return period.days > 1 ? `${formatDate(date)} ${time}` : time;
}

/** `14:00`, with the zone's offset where the clock shows it twice: `02:00 +02:00`. With dates as `shortMoment`. */
export function formatHour(ms: number, period: Period): string {
  const { timeZone } = period;
  return (
    formatShortMoment(ms, period) +
    (comesTwice(ms, timeZone) ? ` ${formatOffset(ms, timeZone)}` : '')
  );
}

/** `midnight` where the period ends today, else `30 Nov`. */
export function formatEnd({ toMs, timeZone }: Period, untilMs: number): string {
  const last = wallClock(toMs - 1, timeZone);
  const today = wallClock(untilMs, timeZone);
  const isToday = last.toISOString().slice(0, 10) === today.toISOString().slice(0, 10);
  return isToday ? 'midnight' : formatDate(last);
}

/** `14:05:09`, or `29 Mar 14:05` in a report of several days and for what lies before it; `29 Mar 2025` in another year. */
export function formatStart(ms: number, period: Period): string {
  const date = wallClock(ms, period.timeZone);
  if (period.days === 1 && ms >= period.fromMs && ms < period.toMs)
    return formatTime(date, 'seconds');
  const year = wallClock(period.fromMs, period.timeZone).getUTCFullYear();
  const isOfYear = date.getUTCFullYear() === year;
  return isOfYear
    ? `${formatDate(date)} ${formatTime(date)}`
    : `${formatDate(date)} ${date.getUTCFullYear()}`;
}

/**
 * `10:00:00 – 10:00:10`, with dates in a report of several days, and with the zone's offset for a
 * time that comes twice. The spaces in it are no-break spaces.
 */
export function formatSpan(span: Span, period: Period): string {
  return formatSpanTo('seconds', span, period).replaceAll(' ', NO_BREAK_SPACE);
}

/** `10:00 – 12:00`, else as `formatSpan`, with spaces as usual. */
export function formatHours(span: Span, period: Period): string {
  return formatSpanTo('minutes', span, period);
}

/** `23h 59m 50s`, with no-break spaces between. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < MS_PER_SECOND) return `${ms}ms`;
  let rest = ms;
  const parts = DURATION_UNITS.map(({ sign, lengthMs }) => {
    const many = Math.floor(rest / lengthMs);
    rest -= many * lengthMs;
    return many === 0 ? [] : [`${many}${sign}`];
  });
  return parts.flat().join(NO_BREAK_SPACE);
}

/** `2026-03-28`, or `2026-03-28 – 2026-03-30` */
export function formatDays(first: string, last: string): string {
  return first === last ? first : `${first} – ${last}`;
}

function formatSpanTo(to: Precision, span: Span, period: Period): string {
  const withDates = period.days > 1 || span.fromMs < period.fromMs || span.toMs > period.toMs;
  const words = (ms: number) => {
    // The end of a day is its 24:00, not the next day's 00:00.
    if (ms === period.toMs && !withDates) return to === 'minutes' ? '24:00' : '24:00:00';
    const date = wallClock(ms, period.timeZone);
    const offset = comesTwice(ms, period.timeZone) ? ` ${formatOffset(ms, period.timeZone)}` : '';
    return `${withDates ? `${formatDate(date)} ` : ''}${formatTime(date, to)}${offset}`;
  };
  return `${words(span.fromMs)} – ${words(span.toMs)}`;
}

/** `Sunday 29 March 2026` */
function formatFullDay(date: Date, names: Names = 'long'): string {
  return `${cutName(weekdayName(date), names)} ${formatDay(date, names)}`;
}

/** `29 March 2026` */
function formatDay(date: Date, names: Names): string {
  return `${formatDayAndMonth(date, names)} ${date.getUTCFullYear()}`;
}

/** `29 March` */
function formatDayAndMonth(date: Date, names: Names): string {
  return `${date.getUTCDate()} ${cutName(MONTHS[date.getUTCMonth()] ?? '', names)}`;
}

function cutName(name: string, names: Names): string {
  return names === 'short' ? name.slice(0, 3) : name;
}

/** `29 Mar`, of YYYY-MM-DD. */
export function formatShortDay(day: string): string {
  return formatDate(new Date(`${day}T00:00:00Z`));
}

/** `29 Mar` */
function formatDate(date: Date): string {
  return formatDayAndMonth(date, 'short');
}

/** `14:05`, or `14:05:09` */
function formatTime(date: Date, to: Precision = 'minutes'): string {
  return date.toISOString().slice(11, to === 'minutes' ? 16 : 19);
}

function formatUnusualLength(period: Period): string {
  const hours = (period.toMs - period.fromMs) / MS_PER_HOUR;
  return hours === HOURS_PER_DAY ? '' : ` (${hours} hours)`;
}

/** Whether the clock on the wall shows this time once more, because it is set back around it. */
function comesTwice(ms: number, timeZone: string): boolean {
  const timeAt = (at: number) => formatTime(wallClock(at, timeZone));
  const shown = timeAt(ms);
  return SETBACKS_MS.some(
    (setbackMs) => timeAt(ms + setbackMs) === shown || timeAt(ms - setbackMs) === shown,
  );
}

/** `2026-03-29 14:05:09`, with a `Z` in UTC. */
export function formatSecond(ms: number, timeZone: string): string {
  const text = wallClock(ms, timeZone).toISOString().slice(0, 19).replace('T', ' ');
  return timeZone === 'UTC' ? `${text}Z` : text;
}

/** In whole seconds. */
export function formatSeconds(ms: number): string {
  return formatDuration(Math.floor(ms / MS_PER_SECOND) * MS_PER_SECOND);
}
