import { harmlessText } from '../../shared/harmless-text.js';
import { count, decimal } from '../../shared/numbers.js';
import { credits } from '../../shared/units.js';
import { type AnyLine, type Column, figure, nameColumn } from '../formats/column.js';
import { daysPerBlock, sparkline } from './sparkline.js';
import type { LimitedSpending, Spending, Trend } from './trend.js';
import { growthInWords, growthRangeInWords, reachedInWords, reachedRangeInWords } from './words.js';

/** One line of the table: a row, all rows that are not shown, or the total. */
export interface RowLine extends AnyLine {
  kind: 'row' | 'others' | 'total';
  spending: Spending;
  /** Undefined where several rows stand together: they have no budget in common. */
  limited: LimitedSpending | undefined;
}

/** Ranges go before anything else where there is too little room. */
const RANGE_RANK = 5;

const SPARKLINE_MIN = 8;

export function rowLinesOf({ rows, others, total }: Trend): RowLine[] {
  const lines: RowLine[] = rows.map((row) => ({
    kind: 'row',
    label: harmlessText(row.key),
    spending: row,
    limited: row,
  }));
  if (others !== null) {
    const label = `(others: ${count(others.rows)})`;
    lines.push({ kind: 'others', label, spending: others, limited: undefined });
  }
  if (lines.length === 0) return [];
  return [...lines, { kind: 'total', label: 'total', spending: total, limited: total }];
}

/**
 * Every column of a table whose rows are users, programs or commands, from left to right. A range that
 * no row has takes no room.
 */
export function rowColumnsOf(trend: Trend, lines: readonly RowLine[]): Column<RowLine>[] {
  return [
    nameColumn(trend.by, lines),
    ...spentColumns(),
    ...[...growthColumns(), ...reachedColumns()].filter(
      (column) => column.rank < RANGE_RANK || lines.some((line) => column.cell(line, 0) !== ''),
    ),
    plot(trend),
  ];
}

function spentColumns(): Column<RowLine>[] {
  return [
    figure<RowLine>({
      title: 'total',
      unit: 'credits',
      rank: 4,
      cell: ({ spending }) => decimal(credits(spending.cpuMs)),
    }),
    figure<RowLine>({
      title: 'mean day',
      unit: 'credits',
      rank: 0,
      cell: ({ spending: { meanCpuMs } }) =>
        meanCpuMs === null ? '?' : decimal(credits(meanCpuMs)),
    }),
  ];
}

function growthColumns(): Column<RowLine>[] {
  return [
    figure<RowLine>({
      title: 'growth',
      unit: 'credits/week',
      rank: 2,
      cell: ({ spending }) => growthInWords(spending.line),
    }),
    figure<RowLine>({
      title: 'its range',
      unit: '95 %',
      rank: RANGE_RANK + 1,
      cell: ({ spending }) => growthRangeInWords(spending.line),
    }),
  ];
}

function reachedColumns(): Column<RowLine>[] {
  return [
    {
      title: 'limit',
      unit: 'reached',
      align: 'left',
      rank: 0,
      cell: ({ limited }) => (limited === undefined ? '' : reachedInWords(limited.projection)),
      alarming: ({ limited }) => limited?.projection?.kind === 'reached',
    },
    {
      title: 'its range',
      unit: '',
      align: 'left',
      rank: RANGE_RANK,
      cell: ({ limited }) => reachedRangeInWords(limited?.projection ?? null),
    },
  ];
}

/** The days that count, each row by its own scale; the unit says how many a block stands for. */
function plot({ days }: Trend): Column<RowLine> {
  return {
    title: 'days',
    unit: (width) => `${daysPerBlock(days.length, width)} each`,
    align: 'left',
    rank: 3,
    elastic: { min: Math.min(days.length, SPARKLINE_MIN), max: days.length },
    cell: ({ spending }, width) =>
      sparkline(
        days.map(({ leftOut }, at) =>
          leftOut === undefined ? (spending.dailyCpuMs[at] ?? 0) : null,
        ),
        width,
      ),
  };
}
