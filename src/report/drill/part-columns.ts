import { count, decimal, hoursMinutesSeconds, percentDown } from '../../shared/numbers.js';
import { credits, utilSeconds } from '../../shared/units.js';
import { percentOf } from '../figures.js';
import type { JournalReport } from '../report.js';
import { barColumn, type Column, figure, longestOf, nameColumn } from '../table/column.js';
import { SO_FAR } from '../table/moments.js';
import type { Part } from './drill.js';
import { lengthSoFar, type PartLine } from './part-lines.js';

const BAR_MAX = 40;

/** In place of a bar. */
const ESTIMATED = 'estimated';

const known = (value: number | null, shown: (value: number) => string): string =>
  value === null ? '' : shown(value);

/** Every column of a table whose rows are parts of the period, from left to right. */
export function partColumnsOf(
  { onlyUser, untilMs }: JournalReport,
  lines: readonly PartLine[],
  title: 'hour' | 'day',
): Column<PartLine>[] {
  const longest = longestOf(title, lines, ({ label }) => label);
  const isWhole = ({ part }: PartLine) =>
    part === undefined || part.recordedMs >= lengthSoFar(part, untilMs);
  return [
    nameColumn(title, lines, longest),
    ...spentColumns(),
    capacity(untilMs),
    ...(lines.every(isWhole) ? [] : [recorded(untilMs)]),
    onlyUser === null ? capacityBar(untilMs) : busiestBar(lines),
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
  ];
}

/** What is not over is not held against a whole hour or day. */
function capacity(untilMs: number): Column<PartLine> {
  return figure<PartLine>({
    title: 'host',
    unit: '%',
    rank: 2,
    cell: ({ part }) => {
      if (part === undefined) return '';
      return isOver(part, untilMs) ? known(part.capacityPercent, decimal) : SO_FAR;
    },
  });
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

/** Of the whole host, from nothing to all vCPUs; what was spent where no sample was taken is a guess. */
function capacityBar(untilMs: number): Column<PartLine> {
  const percent = ({ part }: PartLine) =>
    part !== undefined && isOver(part, untilMs) ? (part.capacityPercent ?? undefined) : undefined;
  const column = broad(barColumn('of capacity', percent));
  const isGuess = ({ part }: PartLine) => part?.recordedMs === 0;
  return {
    ...column,
    cell: (line, width) => (isGuess(line) ? ESTIMATED : column.cell(line, width)),
  };
}

/** Of one user, whose part of the host may be too small to be seen, from nothing to the busiest. */
function busiestBar(lines: readonly PartLine[]): Column<PartLine> {
  const mostMs = Math.max(0, ...lines.map(({ part }) => part?.cpuMs ?? 0));
  const percent = ({ part }: PartLine) =>
    part === undefined ? undefined : percentOf(part.cpuMs ?? 0, mostMs);
  return { ...broad(barColumn('of the busiest', percent)), unit: '' };
}

/** A chart more than a column: it goes after all others but the credits. */
function broad(column: Column<PartLine>): Column<PartLine> {
  return { ...column, rank: 1, elastic: { min: column.title.length, max: BAR_MAX } };
}

function isOver({ toMs }: Part, untilMs: number): boolean {
  return toMs <= untilMs;
}
