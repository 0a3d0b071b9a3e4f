import { tzOffset } from '@date-fns/tz/tzOffset';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from './units.js';

/** Needs no look into the system's zone data, whose first use takes 10 ms. */
const UTC = 'UTC';

/** No time zone is further from UTC than 14 hours to one side and 12 to the other. */
const MAX_OFFSET_MS = 15 * MS_PER_HOUR;

const DAY_SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Node.js takes such abbreviations for zones, BST for Dhaka's, but for these the tz database has none. */
const ABBREVIATION = /^(?!CET|EET|EST|GMT|HST|MET|MST|UCT|WET)[A-Z]{2}T$/i;

const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** A stretch of wall time: from its first millisecond to the first one after it. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** Whole calendar days of a time zone, one after the other, or some hours of them. */
export interface Period extends Span {
  /** How many calendar days; they may have 23, 24 or 25 hours. Of hours the days that they are of. */
  days: number;
  /** Where the period is of so many hours rather than of whole days. */
  hours?: number;
  /** Where it is one minute of a day. */
  isMinute?: true;
  timeZone: string;
  /** As YYYY-MM-DD. */
  firstDay: string;
  /** As YYYY-MM-DD; the same as the first for a single day. */
  lastDay: string;
}

/** The time zone of this process: `TZ`, or what the system is set to; UTC where that is unknown. */
export function systemTimeZone(): string {
  return knownTimeZone(new Intl.DateTimeFormat('en').resolvedOptions().timeZone) ?? UTC;
}

/**
 * The time zone's name as the tz database spells it, undefined where there is none of that name.
 * Old names stay what they are: `Asia/Calcutta` is not renamed.
 */
export function knownTimeZone(name: string): string | undefined {
  if (name === UTC) return UTC;
  if (ABBREVIATION.test(name)) return undefined;
  try {
    const resolved = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return resolved.toLowerCase() === name.toLowerCase() ? resolved : name;
  } catch {
    return undefined;
  }
}

/** Whether the text is a day of the calendar written as YYYY-MM-DD; 2026-02-30 is none. */
export function isCalendarDay(text: string): boolean {
  const midnightMs = utcMidnightMs(text);
  return Number.isFinite(midnightMs) && formatUtcDay(midnightMs) === text;
}

/** The calendar day on which a moment falls in a time zone, as YYYY-MM-DD. */
export function toCalendarDay(ms: number, timeZone: string): string {
  return formatUtcDay(wallClock(ms, timeZone).getTime());
}

/** The calendar day that is `count` days later, or earlier where that is negative. */
export function addCalendarDays(day: string, count: number): string {
  return formatUtcDay(utcMidnightMs(day) + count * MS_PER_DAY);
}

/** The first millisecond of the calendar day on which `nowMs` falls. */
export function startOfToday(nowMs: number, timeZone: string): number {
  return startOfCalendarDay(toCalendarDay(nowMs, timeZone), timeZone);
}

/**
 * The stretch of time from the start of one calendar day to the end of another.
 *
 * A day begins at the first moment that has its date: at 01:00 where clocks skip midnight.
 *
 * @param firstDay YYYY-MM-DD, no later than `lastDay`
 */
export function toPeriod(firstDay: string, lastDay: string, timeZone: string): Period {
  return {
    fromMs: startOfCalendarDay(firstDay, timeZone),
    toMs: startOfCalendarDay(addCalendarDays(lastDay, 1), timeZone),
    days: (utcMidnightMs(lastDay) - utcMidnightMs(firstDay)) / MS_PER_DAY + 1,
    timeZone,
    firstDay,
    lastDay,
  };
}

/** So many hours up to the end of the one in which `nowMs` lies, by the clock on the wall. */
export function toLastHours(hours: number, nowMs: number, timeZone: string): Period {
  const intoHourMs = wallClock(nowMs, timeZone).getTime() % MS_PER_HOUR;
  const toMs = nowMs - intoHourMs + MS_PER_HOUR;
  const fromMs = toMs - hours * MS_PER_HOUR;
  const [firstDay, lastDay] = [fromMs, toMs - 1].map((ms) => toCalendarDay(ms, timeZone)) as [
    string,
    string,
  ];
  return { ...toPeriod(firstDay, lastDay, timeZone), fromMs, toMs, hours };
}

/**
 * The starts of the hours that a clock on the wall shows during the period: 23, 24 or 25 a day.
 * Where clocks move by half an hour, the hour in which they do is shorter or comes in two parts.
 */
export function listHourStarts(period: Period): number[] {
  const starts: number[] = [];
  for (let ms = period.fromMs; ms < period.toMs;) {
    starts.push(ms);
    ms += (60 - wallClock(ms, period.timeZone).getUTCMinutes()) * MS_PER_MINUTE;
  }
  return starts;
}

/** These hours, in order and without holes. */
export function listHours(period: Period): Span[] {
  const starts = listHourStarts(period);
  return starts.map((fromMs, at) => ({ fromMs, toMs: starts[at + 1] ?? period.toMs }));
}

/** When a clock shows HH:MM on the day, in order: twice where it is set back, never where it is set forward past it. */
export function listMoments(time: string, { firstDay, fromMs, toMs, timeZone }: Period): number[] {
  const shownMs = Date.parse(`${firstDay}T${time}Z`);
  const moments = [fromMs, toMs - 1].map(
    (ms) => shownMs - offsetMinutes(ms, timeZone) * MS_PER_MINUTE,
  );
  return [...new Set(moments)].filter((ms) => wallClock(ms, timeZone).getTime() === shownMs);
}

/** A moment as ISO 8601 with the time zone's offset, in milliseconds only where it has some. */
export function isoWithOffset(ms: number, timeZone: string): string {
  const shown = wallClock(ms, timeZone).toISOString().replace('.000', '');
  return shown.replace('Z', formatOffset(ms, timeZone));
}

/** What a clock on the wall of the time zone shows: in the date's UTC fields. */
export function wallClock(ms: number, timeZone: string): Date {
  return new Date(ms + offsetMinutes(ms, timeZone) * MS_PER_MINUTE);
}

/** By how much that clock is ahead of UTC, such as `+02:00`. */
export function formatOffset(ms: number, timeZone: string): string {
  const minutes = Math.trunc(offsetMinutes(ms, timeZone));
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function offsetMinutes(ms: number, timeZone: string): number {
  return timeZone === UTC ? 0 : tzOffset(timeZone, new Date(ms));
}

/**
 * Looks for the minute from which on the zone's clock shows the day or a later one. Setting the hours
 * of a date to 0 is an hour off where the zone of the process changes its clocks near that time.
 */
function startOfCalendarDay(day: string, timeZone: string): number {
  const midnightMs = utcMidnightMs(day);
  let before = (midnightMs - MAX_OFFSET_MS) / MS_PER_MINUTE;
  let since = (midnightMs + MAX_OFFSET_MS) / MS_PER_MINUTE;
  while (since - before > 1) {
    const middle = Math.floor((before + since) / 2);
    if (wallClock(middle * MS_PER_MINUTE, timeZone).getTime() >= midnightMs) since = middle;
    else before = middle;
  }
  return since * MS_PER_MINUTE;
}

function splitDay(day: string): { year: number; month: number; date: number } {
  const [, year, month, date] = DAY_SHAPE.exec(day) ?? [];
  return { year: Number(year), month: Number(month), date: Number(date) };
}

function utcMidnightMs(day: string): number {
  const { year, month, date } = splitDay(day);
  return Date.UTC(year, month - 1, date);
}

function formatUtcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Of a date whose UTC fields are what a calendar shows. */
export function weekdayName(date: Date): string {
  return WEEKDAYS[date.getUTCDay()] ?? '';
}
