import type { Line } from '../view.js';
import { formatGridCell, type GridColumn } from './column.js';

/** Spaces between two columns. */
export const COLUMN_SPACING = 2;

export interface FittedColumn<L extends Line> extends GridColumn<L> {
  width: number;
}

interface Need<L extends Line> {
  column: GridColumn<L>;
  min: number;
  max: number;
}

export interface Fitted<L extends Line> {
  columns: FittedColumn<L>[];
  /** The figures for which there is no room, in order. */
  leftOut: GridColumn<L>[];
  /** How wide a terminal must be to show them too. */
  neededWidth: number;
}

/**
 * The columns that a terminal of that width has room for, each with its width. Drawings go first, then the least
 * important figures; what is left over makes the elastic ones wider, from left to right.
 */
export function fitColumns<L extends Line>(
  columns: readonly GridColumn<L>[],
  lines: readonly L[],
  terminalColumns: number,
): Fitted<L> {
  const needs = columns.map((column) => measureNeed(column, lines));
  const all = [...needs];
  while (minWidth(needs) > terminalColumns) {
    const rank = Math.max(...needs.map(({ column }) => dropRank(column)));
    if (rank === 0) break;
    needs.splice(
      needs.findLastIndex(({ column }) => dropRank(column) === rank),
      1,
    );
  }
  let spare = terminalColumns - minWidth(needs);
  const fitted = needs.map(({ column, min, max }) => {
    const width = Math.max(1, Math.min(max, min + spare));
    spare -= width - min;
    return { ...column, width };
  });
  const figures = all.filter(({ column }) => !column.isDrawing);
  const leftOut = figures.filter((need) => !needs.includes(need));
  return {
    columns: fitted,
    leftOut: leftOut.map(({ column }) => column),
    neededWidth: minWidth(all),
  };
}

function dropRank<L extends Line>({ rank, isDrawing }: GridColumn<L>): number {
  return isDrawing ? Infinity : rank;
}

/** How wide the table is with these columns. */
export function tableWidth(columns: readonly { width: number }[]): number {
  return spaced(columns.map((column) => column.width));
}

function measureNeed<L extends Line>(column: GridColumn<L>, lines: readonly L[]): Need<L> {
  const { title, unit, elastic } = column;
  const toHeadWidth = (width: number) =>
    Math.max(title.length, (typeof unit === 'string' ? unit : unit(width)).length);
  if (elastic !== undefined) {
    const min = Math.max(elastic.min, toHeadWidth(elastic.min));
    return { column, min, max: Math.max(elastic.max, min) };
  }
  const width = Math.max(
    toHeadWidth(0),
    ...lines.map((line) => formatGridCell(column, line, 0).length),
  );
  return { column, min: width, max: width };
}

function minWidth(needs: readonly { min: number }[]): number {
  return spaced(needs.map((need) => need.min));
}

function spaced(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + COLUMN_SPACING, -COLUMN_SPACING);
}
