import {
  formatOffset,
  listHours,
  type Period,
  type Span,
  wallClock,
} from '../../../shared/days.js';
import { type CalendarDay, splitIntoDays, toWeekday } from '../../models/calendar.js';

/** Hours of more days, or days of more months, are too many bars side by side. */
const MOST_DAYS_BY_HOUR = 2;
const MOST_DAYS_BY_DAY = 92;

/** What a bar stands for in a plot of a period. */
export type Step = 'hour' | 'day' | 'month';

/** One of the parts that a period is shown in. */
export interface PeriodPart extends Span {
  /** Unique within the period: `14:00`, `2026-03-29` or `2026-03`. */
  label: string;
  /** What stands under its bar, where there is room. */
  tick: string;
}

export function chooseStep({ days }: Period): Step {
  if (days <= MOST_DAYS_BY_HOUR) return 'hour';
  return days <= MOST_DAYS_BY_DAY ? 'day' : 'month';
}

/** The period in hours, days or months of its calendar, in order and without holes. */
export function splitIntoParts(period: Period): PeriodPart[] {
  switch (chooseStep(period)) {
    case 'hour':
      return splitIntoHours(period);
    case 'day':
      return splitIntoDays(period).map(toPart);
    case 'month':
      return splitIntoMonths(period);
  }
}

/** A day of the calendar as a part; its tick is the day of the month, the first one's with the month. */
export function toPart({ fromMs, toMs, day }: CalendarDay | (Span & { day: string })): PeriodPart {
  return { fromMs, toMs, label: day, tick: day.slice(5) };
}

/** `Sat 28` */
export function formatNamedDay(day: string): string {
  const [, , dayOfMonth = ''] = day.split('-');
  return `${toWeekday(day).slice(0, 3)} ${Number(dayOfMonth)}`;
}

export function isWeekend(day: string): boolean {
  return toWeekday(day).startsWith('S');
}

function splitIntoHours(period: Period): PeriodPart[] {
  const hours = listHours(period);
  const formatLabel = (ms: number) => {
    const [day = '', time = ''] = wallClock(ms, period.timeZone).toISOString().split('T');
    return `${period.days === 1 ? '' : `${day.slice(5)} `}${time.slice(0, 5)}`;
  };
  const labels = hours.map(({ fromMs }) => formatLabel(fromMs));
  return hours.map(({ fromMs, toMs }, at) => {
    const label = labels[at] ?? '';
    // A clock that is set back shows an hour twice.
    const comesTwice = labels.filter((other) => other === label).length > 1;
    return {
      fromMs,
      toMs,
      label: comesTwice ? `${label} ${formatOffset(fromMs, period.timeZone)}` : label,
      tick: label.slice(-5, -3),
    };
  });
}

function splitIntoMonths(period: Period): PeriodPart[] {
  const months: PeriodPart[] = [];
  for (const { day, fromMs, toMs } of splitIntoDays(period)) {
    const label = day.slice(0, 7);
    const last = months.at(-1);
    if (last?.label === label) last.toMs = toMs;
    else months.push({ fromMs, toMs, label, tick: label });
  }
  return months;
}
