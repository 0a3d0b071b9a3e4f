import { count, decimal, hoursMinutesSeconds, percentDown } from '../../shared/numbers.js';
import { credits, utilSeconds } from '../../shared/units.js';
import { percentOf } from '../figures.js';
import type { JournalReport } from '../report.js';
import { barColumn, type Column, figure, longestOf, nameColumn } from '../formats/column.js';
import { SO_FAR } from '../views/date-format.js';
import type { TimeBucket } from './details.js';
import { lengthSoFar, type BucketLine } from './bucket-lines.js';

const BAR_MAX = 40;

/** In place of a bar. */
const ESTIMATED = 'estimated';

const known = (value: number | null, shown: (value: number) => string): string =>
  value === null ? '' : shown(value);

/** Every column of a table whose rows are parts of the period, from left to right. */
export function bucketColumnsOf(
  { onlyUser, untilMs }: JournalReport,
  lines: readonly BucketLine[],
  title: 'hour' | 'day',
): Column<BucketLine>[] {
  const longest = longestOf(title, lines, ({ label }) => label);
  const isWhole = ({ bucket }: BucketLine) =>
    bucket === undefined || bucket.recordedMs >= lengthSoFar(bucket, untilMs);
  return [
    nameColumn(title, lines, longest),
    ...spentColumns(),
    capacity(untilMs),
    ...(lines.every(isWhole) ? [] : [recorded(untilMs)]),
    onlyUser === null ? capacityBar(untilMs) : busiestBar(lines),
  ];
}

function spentColumns(): Column<BucketLine>[] {
  return [
    figure<BucketLine>({
      title: 'CPU time',
      unit: 'h:m:s',
      rank: 4,
      cell: ({ cpuMs }) => known(cpuMs, hoursMinutesSeconds),
    }),
    figure<BucketLine>({
      title: 'util-seconds',
      unit: '% × s',
      rank: 5,
      cell: ({ cpuMs }) => known(cpuMs, (ms) => count(utilSeconds(ms))),
    }),
    figure<BucketLine>({
      title: 'credits',
      unit: 'vCPU-min',
      rank: 0,
      cell: ({ cpuMs }) => known(cpuMs, (ms) => decimal(credits(ms))),
    }),
  ];
}

/** What is not over is not held against a whole hour or day. */
function capacity(untilMs: number): Column<BucketLine> {
  return figure<BucketLine>({
    title: 'host',
    unit: '%',
    rank: 2,
    cell: ({ bucket }) => {
      if (bucket === undefined) return '';
      return isOver(bucket, untilMs) ? known(bucket.capacityPercent, decimal) : SO_FAR;
    },
  });
}

function recorded(untilMs: number): Column<BucketLine> {
  return figure<BucketLine>({
    title: 'recorded',
    unit: '%',
    rank: 3,
    cell: ({ bucket }) =>
      bucket === undefined ? '' : percentDown(bucket.recordedMs, lengthSoFar(bucket, untilMs)),
  });
}

/** Of the whole host, from nothing to all vCPUs; what was spent where no sample was taken is a guess. */
function capacityBar(untilMs: number): Column<BucketLine> {
  const percent = ({ bucket }: BucketLine) =>
    bucket !== undefined && isOver(bucket, untilMs)
      ? (bucket.capacityPercent ?? undefined)
      : undefined;
  const column = broad(barColumn('of capacity', percent));
  const isGuess = ({ bucket }: BucketLine) => bucket?.recordedMs === 0;
  return {
    ...column,
    cell: (line, width) => (isGuess(line) ? ESTIMATED : column.cell(line, width)),
  };
}

/** Of one user, whose part of the host may be too small to be seen, from nothing to the busiest. */
function busiestBar(lines: readonly BucketLine[]): Column<BucketLine> {
  const mostMs = Math.max(0, ...lines.map(({ bucket }) => bucket?.cpuMs ?? 0));
  const percent = ({ bucket }: BucketLine) =>
    bucket === undefined ? undefined : percentOf(bucket.cpuMs ?? 0, mostMs);
  return { ...broad(barColumn('of the busiest', percent)), unit: '' };
}

/** A chart more than a column: it goes after all others but the credits. */
function broad(column: Column<BucketLine>): Column<BucketLine> {
  return { ...column, rank: 1, elastic: { min: column.title.length, max: BAR_MAX } };
}

function isOver({ toMs }: TimeBucket, untilMs: number): boolean {
  return toMs <= untilMs;
}
