import { decimal, hoursMinutesSeconds, percentDown } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import {
  type AnyLine,
  barColumn,
  type Column,
  figure,
  longestOf,
  nameColumn,
} from '../formats/column.js';
import { foldedGaps } from '../table/gaps.js';
import { daysInWords, SO_FAR } from '../views/date-format.js';
import type { HoursFigures, Trend, TrendDay } from './trend.js';
import { timeInWords } from './words.js';

/** One line of the table: a day, several days of which nothing is known, or all days. */
export interface DayLine extends AnyLine {
  kind: 'row' | 'gap' | 'total';
  cpuMs: number;
  hours: HoursFigures;
  /** Undefined where several days stand together. */
  day: TrendDay | undefined;
}

const WEEKDAY_LETTERS = 3;

const NO_HOURS: HoursFigures = { percent95: null, percent99: null, busiest: null };

const known = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : decimal(value);

/** The days from the first one on of which something was recorded. */
export function dayLinesOf({ days, total, hours }: Trend): DayLine[] {
  const first = days.findIndex((day) => !isGap(day));
  if (first === -1) return [];
  const lines = foldedGaps(days.slice(first), isGap).map((folded): DayLine => {
    if (folded.kind === 'gap') {
      const label = daysInWords(labelOf(folded.first), labelOf(folded.last));
      return { kind: 'gap', label, cpuMs: 0, hours: NO_HOURS, day: undefined };
    }
    const day = folded.element;
    return { kind: 'row', label: labelOf(day), cpuMs: day.cpuMs, hours: day.hours, day };
  });
  return [...lines, { kind: 'total', label: 'total', cpuMs: total.cpuMs, hours, day: undefined }];
}

function isGap({ recordedMs, cpuMs }: TrendDay): boolean {
  return recordedMs === 0 && cpuMs === 0;
}

/** `Sun 2026-03-29` */
function labelOf({ weekday, day }: TrendDay): string {
  return `${weekday.slice(0, WEEKDAY_LETTERS)} ${day}`;
}

/** Every column of a table whose rows are days, from left to right. */
export function dayColumnsOf(
  { period, untilMs }: Trend,
  lines: readonly DayLine[],
): Column<DayLine>[] {
  const longest = longestOf('day', lines, ({ label }) => label);
  return [
    nameColumn('day', lines, longest),
    ...spentColumns(),
    ...hoursColumns(period.timeZone),
    figure<DayLine>({
      title: 'recorded',
      unit: '%',
      rank: 1,
      cell: ({ day }) =>
        day === undefined
          ? ''
          : percentDown(day.recordedMs, Math.min(day.toMs, untilMs) - day.fromMs),
    }),
    { ...barColumn<DayLine>('of capacity', ({ day }) => shareOf(day)), rank: 4 },
  ];
}

/** Of the host in all of a day; undefined for one that is not over, and where nothing was recorded. */
function shareOf(day: TrendDay | undefined): number | undefined {
  return day === undefined || day.leftOut === 'not-over'
    ? undefined
    : (day.capacityPercent ?? undefined);
}

function spentColumns(): Column<DayLine>[] {
  return [
    figure<DayLine>({
      title: 'CPU time',
      unit: 'h:m:s',
      rank: 5,
      cell: ({ cpuMs }) => hoursMinutesSeconds(cpuMs),
    }),
    figure<DayLine>({
      title: 'credits',
      unit: 'vCPU-min',
      rank: 0,
      cell: ({ cpuMs }) => decimal(credits(cpuMs)),
    }),
    figure<DayLine>({
      title: 'capacity',
      unit: '%',
      rank: 0,
      cell: ({ day }) => (day?.leftOut === 'not-over' ? SO_FAR : known(shareOf(day))),
    }),
  ];
}

function hoursColumns(timeZone: string): Column<DayLine>[] {
  return [
    figure<DayLine>({
      title: 'hours',
      unit: '95th %',
      rank: 3,
      cell: ({ hours }) => known(hours.percent95),
    }),
    figure<DayLine>({
      title: 'hours',
      unit: '99th %',
      rank: 6,
      cell: ({ hours }) => known(hours.percent99),
    }),
    figure<DayLine>({
      title: 'busiest',
      unit: '%',
      rank: 2,
      cell: ({ hours }) => known(hours.busiest?.percent),
    }),
    figure<DayLine>({
      title: 'hour',
      unit: '',
      rank: 2,
      cell: ({ hours, day }) =>
        hours.busiest === null || day === undefined
          ? ''
          : timeInWords(hours.busiest.fromMs, timeZone),
    }),
  ];
}
