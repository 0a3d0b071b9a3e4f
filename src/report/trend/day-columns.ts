import { decimal, hoursMinutesSeconds, percentDown } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import type { Column } from '../table/columns.js';
import { bar } from '../table/bar.js';
import type { HoursFigures, Trend, TrendDay } from './trend.js';
import { timeInWords } from './words.js';

/** One line of the table: a day, or all days. */
export interface DayLine {
  kind: 'row' | 'total';
  label: string;
  cpuMs: number;
  hours: HoursFigures;
  /** Undefined for all days. */
  day: TrendDay | undefined;
}

const WEEKDAY_LETTERS = 3;
const BAR_MIN = 11;
const BAR_MAX = 20;

const figure = (column: Omit<Column<DayLine>, 'align'>): Column<DayLine> => ({
  align: 'right',
  ...column,
});

const known = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : decimal(value);

/** The days from the first one on of which something was recorded. */
export function dayLinesOf({ days, total, hours }: Trend): DayLine[] {
  const first = days.findIndex(({ recordedMs, cpuMs }) => recordedMs > 0 || cpuMs > 0);
  if (first === -1) return [];
  const lines: DayLine[] = days.slice(first).map((day) => ({
    kind: 'row',
    label: `${day.weekday.slice(0, WEEKDAY_LETTERS)} ${day.day}`,
    cpuMs: day.cpuMs,
    hours: day.hours,
    day,
  }));
  return [...lines, { kind: 'total', label: 'total', cpuMs: total.cpuMs, hours, day: undefined }];
}

/** Every column of a table whose rows are days, from left to right. */
export function dayColumnsOf({ period }: Trend, lines: readonly DayLine[]): Column<DayLine>[] {
  const longest = Math.max(...lines.map((line) => line.label.length), 'day'.length);
  return [
    {
      title: 'day',
      unit: '',
      align: 'left',
      rank: 0,
      elastic: { min: longest, max: longest },
      cell: (line) => line.label,
    },
    ...spentColumns(),
    ...hoursColumns(period.timeZone),
    figure({
      title: 'recorded',
      unit: '%',
      rank: 1,
      cell: ({ day }) =>
        day === undefined ? '' : percentDown(day.recordedMs, day.toMs - day.fromMs),
    }),
    capacityBar(),
  ];
}

function spentColumns(): Column<DayLine>[] {
  return [
    figure({
      title: 'CPU time',
      unit: 'h:m:s',
      rank: 5,
      cell: ({ cpuMs }) => hoursMinutesSeconds(cpuMs),
    }),
    figure({
      title: 'credits',
      unit: 'vCPU-min',
      rank: 0,
      cell: ({ cpuMs }) => decimal(credits(cpuMs)),
    }),
    figure({
      title: 'capacity',
      unit: '%',
      rank: 0,
      cell: ({ day }) => known(day?.capacityPercent),
    }),
  ];
}

function hoursColumns(timeZone: string): Column<DayLine>[] {
  return [
    figure({
      title: 'hours',
      unit: '95th %',
      rank: 3,
      cell: ({ hours }) => known(hours.percent95),
    }),
    figure({
      title: 'hours',
      unit: '99th %',
      rank: 6,
      cell: ({ hours }) => known(hours.percent99),
    }),
    figure({
      title: 'busiest',
      unit: '%',
      rank: 2,
      cell: ({ hours }) => known(hours.busiest?.percent),
    }),
    figure({
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

function capacityBar(): Column<DayLine> {
  return {
    title: 'of capacity',
    unit: (width) => `0${'100 %'.padStart(width - 1)}`,
    align: 'left',
    rank: 4,
    elastic: { min: BAR_MIN, max: BAR_MAX },
    cell: ({ day }, width) => bar(day?.capacityPercent ?? 0, width),
  };
}
