import { count, decimal, hoursMinutesSeconds, percentDown } from '../../shared/numbers.js';
import { credits, utilSeconds } from '../../shared/units.js';
import { percentOf } from '../figures.js';
import type { JournalReport } from '../report.js';
import { bar } from '../table/bar.js';
import { type Column, figure } from '../table/columns.js';
import { hourInWords } from '../table/moments.js';
import type { Part, UserView } from './drill.js';

/** One line of the table: an hour, a day, or all of them. */
export interface PartLine {
  kind: 'row' | 'total';
  label: string;
  cpuMs: number | null;
  /** Undefined for all of them. */
  part: Part | undefined;
}

/** In place of a bar. */
const NOT_RECORDED = 'not recorded';

const BAR_MAX = 40;

const known = (value: number | null | undefined, shown: (value: number) => string): string =>
  value === null || value === undefined ? '' : shown(value);

/** The hours that have begun; of a period without any sample none. */
export function hourLinesOf(report: JournalReport, hours: readonly Part[]): PartLine[] {
  return linesOf(report, hours, ({ fromMs }) => hourInWords(fromMs, report.period));
}

/** The days that have begun. */
export function dayLinesOf(report: JournalReport, days: UserView['days']): PartLine[] {
  return linesOf(report, days, ({ day }) => day);
}

function linesOf<P extends Part>(
  { untilMs, total, coverage }: JournalReport,
  parts: readonly P[],
  labelOf: (part: P) => string,
): PartLine[] {
  if (coverage.recordedMs === 0 && total.cpuMs === 0) return [];
  const begun = parts.filter(({ fromMs }) => fromMs < untilMs);
  return [
    ...begun.map((part) => ({
      kind: 'row' as const,
      label: labelOf(part),
      cpuMs: part.cpuMs,
      part,
    })),
    { kind: 'total', label: 'total', cpuMs: total.cpuMs, part: undefined },
  ];
}

/** Every column of a table whose rows are parts of the period, from left to right. */
export function partColumnsOf(
  { onlyUser, untilMs }: JournalReport,
  lines: readonly PartLine[],
  title: 'hour' | 'day',
): Column<PartLine>[] {
  const longest = Math.max(title.length, ...lines.map(({ label }) => label.length));
  return [
    {
      title,
      unit: '',
      align: 'left',
      rank: 0,
      elastic: { min: longest, max: longest },
      cell: ({ label }) => label,
    },
    ...spentColumns(),
    ...(lines.every(({ part }) => isWhole(part, untilMs)) ? [] : [recorded(untilMs)]),
    onlyUser === null ? capacityBar() : busiestBar(lines),
  ];
}

function spentColumns(): Column<PartLine>[] {
  return [
    figure<PartLine>({
      title: 'CPU time',
      unit: 'h:m:s',
      rank: 4,
      cell: ({ cpuMs }) => known(cpuMs, hoursMinutesSeconds),
    }),
    figure<PartLine>({
      title: 'util-seconds',
      unit: '% × s',
      rank: 5,
      cell: ({ cpuMs }) => known(cpuMs, (ms) => count(utilSeconds(ms))),
    }),
    figure<PartLine>({
      title: 'credits',
      unit: 'vCPU-min',
      rank: 0,
      cell: ({ cpuMs }) => known(cpuMs, (ms) => decimal(credits(ms))),
    }),
    figure<PartLine>({
      title: 'host',
      unit: '%',
      rank: 2,
      cell: ({ part }) => known(part?.capacityPercent, decimal),
    }),
  ];
}

function recorded(untilMs: number): Column<PartLine> {
  return figure<PartLine>({
    title: 'recorded',
    unit: '%',
    rank: 3,
    cell: ({ part }) =>
      part === undefined ? '' : percentDown(part.recordedMs, lengthSoFar(part, untilMs)),
  });
}

function isWhole(part: Part | undefined, untilMs: number): boolean {
  return part === undefined || part.recordedMs >= lengthSoFar(part, untilMs);
}

function lengthSoFar({ fromMs, toMs }: Part, untilMs: number): number {
  return Math.min(toMs, untilMs) - fromMs;
}

/** Of the whole host, from nothing to all vCPUs. */
function capacityBar(): Column<PartLine> {
  return barColumn(
    'of capacity',
    (width) => `0${'100 %'.padStart(width - 1)}`,
    ({ capacityPercent }) => capacityPercent ?? 0,
  );
}

/** Of one user, whose part of the host may be too small to be seen, from nothing to the busiest. */
function busiestBar(lines: readonly PartLine[]): Column<PartLine> {
  const mostMs = Math.max(0, ...lines.map(({ part }) => part?.cpuMs ?? 0));
  return barColumn('of the busiest', '', ({ cpuMs }) => percentOf(cpuMs ?? 0, mostMs));
}

function barColumn(
  title: string,
  unit: Column['unit'],
  percent: (part: Part) => number,
): Column<PartLine> {
  return {
    title,
    unit,
    align: 'left',
    rank: 1,
    elastic: { min: Math.max(NOT_RECORDED.length, title.length), max: BAR_MAX },
    cell: ({ part }, width) => {
      if (part === undefined) return '';
      return part.cpuMs === null ? NOT_RECORDED : bar(percent(part), width);
    },
  };
}
