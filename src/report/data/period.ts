import {
  addCalendarDays,
  toLastHours,
  toCalendarDay,
  isCalendarDay,
  listMoments,
  toPeriod,
  type Period,
} from '../../shared/days.js';
import { UsageError } from '../../shared/errors.js';
import { MS_PER_MINUTE, QUARTER_HOUR_MS } from '../../shared/units.js';

/** The days of a report, as the options name them. */
export type PeriodOptions =
  | { kind: 'day'; day: string }
  /** Both days belong to it; without `to` it goes on to today. */
  | { kind: 'range'; from: string; to: string | undefined }
  /** So many calendar days, of which today is the last. */
  | { kind: 'last'; days: number }
  /** `this`, `last` or a day in it; Monday to Sunday, or to today. */
  | { kind: 'week'; week: string }
  /** `this`, `last`, YYYY-MM or a day in it; as far as today. */
  | { kind: 'month'; month: string }
  /** So many hours of the clock, of which the current one is the last. */
  | { kind: 'hours'; hours: number };

const TODAY: PeriodOptions = { kind: 'day', day: 'today' };

/** Ten years: nobody has recorded more, and more would be a slip of the finger. */
const MAX_DAYS = 3_660;

/**
 * The period of these days or hours, or today. A day is `today`, `yesterday` or YYYY-MM-DD.
 *
 * @param hint tells which days are recorded; called only for an error
 * @throws UsageError when a day is misspelt, impossible or in the future, or the range ends before it begins
 */
export function readPeriod(
  days: PeriodOptions = TODAY,
  nowMs: number,
  timeZone: string,
  hint: () => string | undefined,
): Period {
  const period =
    days.kind === 'hours'
      ? toLastHours(days.hours, nowMs, timeZone)
      : readDayPeriod(days, nowMs, timeZone, hint);
  if (period.days > MAX_DAYS) {
    throw new UsageError(`${period.days} days are more than one report can hold`, hint());
  }
  if (period.fromMs === period.toMs) {
    throw new UsageError(`there was no ${period.firstDay} in ${timeZone}`);
  }
  if (period.fromMs % QUARTER_HOUR_MS !== 0 || period.toMs % QUARTER_HOUR_MS !== 0) {
    throw new UsageError(
      `days in ${timeZone} do not begin at a quarter-hour of UTC, and sums are kept by quarter-hour`,
      'name another time zone with --tz',
    );
  }
  return period;
}

/**
 * The minute in which a clock shows HH:MM on a day; where it does twice the first, and when the second begins.
 *
 * @throws UsageError where clocks skip it
 */
export function readMinute(
  day: Period,
  time: string,
): { minute: Period; againMs: number | undefined } {
  const [fromMs, againMs] = listMoments(time, day);
  if (fromMs === undefined) {
    throw new UsageError(
      `there was no ${time} on ${day.firstDay} in ${day.timeZone}: clocks were set forward past it`,
      'name a minute before or after that, or another time zone with --tz',
    );
  }
  return {
    minute: { ...day, fromMs, toMs: fromMs + MS_PER_MINUTE, isMinute: true },
    againMs,
  };
}

function readDayPeriod(
  days: Exclude<PeriodOptions, { kind: 'hours' }>,
  nowMs: number,
  timeZone: string,
  hint: () => string | undefined,
): Period {
  const today = toCalendarDay(nowMs, timeZone);
  const [firstDay, lastDay] = readDays(days, today, hint);
  if (lastDay < firstDay) {
    throw new UsageError(`the range ends on ${lastDay}, before it begins on ${firstDay}`);
  }
  return toPeriod(firstDay, lastDay, timeZone);
}

function readDays(
  days: Exclude<PeriodOptions, { kind: 'hours' }>,
  today: string,
  hint: () => string | undefined,
): [firstDay: string, lastDay: string] {
  const read = (text: string) => readDay(text, today, hint);
  switch (days.kind) {
    case 'day': {
      const day = read(days.day);
      return [day, day];
    }
    case 'range':
      return [read(days.from), read(days.to ?? 'today')];
    case 'last':
      return [addCalendarDays(today, 1 - days.days), today];
    case 'week': {
      const day = days.week === 'last' ? addCalendarDays(today, -7) : readWithin(days.week);
      return upToToday(weekOf(day));
    }
    case 'month': {
      const ofMonth = /^\d{4}-\d{2}$/.test(days.month) ? `${days.month}-01` : days.month;
      const day = ofMonth === 'last' ? addCalendarDays(monthOf(today)[0], -1) : readWithin(ofMonth);
      return upToToday(monthOf(day));
    }
  }

  function readWithin(text: string): string {
    const how =
      days.kind === 'month'
        ? 'write last, or a month such as 2026-03'
        : 'write last, or a date in the week such as 2026-03-29';
    return text === 'this' ? today : readDay(text, today, hint, how, days.kind);
  }

  function upToToday([first, last]: [first: string, last: string]): [first: string, last: string] {
    return [first, last < today ? last : today];
  }
}

/** Monday and Sunday. */
function weekOf(day: string): [first: string, last: string] {
  const monday = addCalendarDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
  return [monday, addCalendarDays(monday, 6)];
}

function monthOf(day: string): [first: string, last: string] {
  const first = `${day.slice(0, 7)}-01`;
  const next = `${addCalendarDays(first, 31).slice(0, 7)}-01`;
  return [first, addCalendarDays(next, -1)];
}

function readDay(
  text: string,
  today: string,
  hint: () => string | undefined,
  how = 'write today, yesterday or a date such as 2026-03-29',
  what = 'day',
): string {
  const day = namedDay(text, today) ?? text;
  if (!isCalendarDay(day)) {
    const looksLikeOne = /^\d{4}-\d{2}-\d{2}$/.test(day);
    throw new UsageError(
      looksLikeOne ? `there is no ${day} in the calendar` : `'${text}' is not a ${what}`,
      joined(how, hint()),
    );
  }
  if (day > today) throw new UsageError(`${day} is in the future`, hint());
  return day;
}

function namedDay(text: string, today: string): string | undefined {
  if (text === 'today') return today;
  return text === 'yesterday' ? addCalendarDays(today, -1) : undefined;
}

function joined(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('; ');
}
