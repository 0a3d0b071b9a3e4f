import { sanitize } from '../../shared/sanitize.js';
import { type Column, formatFigure, type Line, type Table, type Value } from '../view.js';
import { bar } from './bar.js';
import { daysPerBlock, sparkline } from './sparkline.js';

/** A column of characters. */
export interface GridColumn<Row extends Line> extends Pick<
  Column<Row>,
  'title' | 'rank' | 'isAlarming'
> {
  /** Whether it shows what other columns say in figures. */
  isDrawing: boolean;
  /** In the second line of the header. */
  unit: string | ((width: number) => string);
  align: 'left' | 'right';
  /** Columns that can be narrower than what is in them, or wider; the others are as wide as they must. */
  elastic?: { min: number; max: number };
  cell: (row: Row, width: number) => string;
}

/** What differs from drawing to drawing. */
type Drawn<Row extends Line> = Omit<GridColumn<Row>, 'title' | 'rank' | 'isDrawing'>;

const NAME_MIN = 14;
const BAR_MIN = 9;
const BAR_MAX = 20;
const CHART_MAX = 40;
const SPARKLINE_MIN = 8;

/** What stands in a row under a column. */
export function formatGridCell<Row extends Line>(
  { cell }: GridColumn<Row>,
  row: Row,
  width: number,
): string {
  return row.kind === 'gap' ? '' : cell(row, width);
}

/** The labels, and each column of the table. */
export function gridColumns<Row extends Line>(table: Table<Row>): GridColumn<Row>[] {
  const { title, rows, columns, minLabelLength } = table;
  const label = (row: Row) => sanitize(row.label);
  return [
    { title, rank: 0, isDrawing: false, ...names(title, rows, label, minLabelLength) },
    ...columns.map((column) => gridColumn(column, rows)),
  ];
}

function gridColumn<Row extends Line>(column: Column<Row>, rows: readonly Row[]): GridColumn<Row> {
  const { title, subtitle, rank, isAlarming, drawing } = column;
  const drawn = drawing === undefined ? figures(column, rows) : DRAWINGS[drawing](column);
  return {
    ...{ title, rank, isDrawing: drawing !== undefined, ...drawn },
    ...(subtitle === undefined ? {} : { unit: subtitle }),
    ...(isAlarming === undefined ? {} : { isAlarming }),
  };
}

function figures<Row extends Line>(column: Column<Row>, rows: readonly Row[]): Drawn<Row> {
  const { title, align = 'right', canBeCut = false } = column;
  const cell = (row: Row) => sanitize(formatFigure(column, row));
  return canBeCut ? names(title, rows, cell) : { unit: '', align, cell };
}

/** A long name is cut where there is no room, but for its first `min` characters. */
function names<Row extends Line>(
  title: string,
  rows: readonly Row[],
  cell: (row: Row) => string,
  min = NAME_MIN,
): Drawn<Row> {
  const lengths = rows.filter(({ kind }) => kind !== 'gap').map((row) => cell(row).length);
  const longest = Math.max(title.length, ...lengths);
  return { unit: '', align: 'left', elastic: { min: Math.min(longest, min), max: longest }, cell };
}

const DRAWINGS = {
  bar: <Row extends Line>(column: Column<Row>) => bars(column, BAR_MAX),
  chart: <Row extends Line>(column: Column<Row>) => bars(column, CHART_MAX),
  sparkline: sparklines,
};

/** A bar for each percentage, whose scale stands in the header, and what else there is in words. */
function bars<Row extends Line>(column: Column<Row>, max: number): Drawn<Row> {
  const { value } = column;
  return {
    unit: (width) => `0${'100 %'.padStart(width - 1)}`,
    align: 'left',
    elastic: { min: BAR_MIN, max },
    cell: (row, width) => {
      const percent = value(row);
      return typeof percent === 'number' ? bar(percent, width) : formatFigure(column, row);
    },
    isAlarming: (row) => {
      const percent = value(row);
      return typeof percent === 'number' && percent > 100;
    },
  };
}

/** Each row by its own scale; the header says how many days a block stands for. */
function sparklines<Row extends Line>({ days = 0, value }: Column<Row>): Drawn<Row> {
  return {
    unit: (width) => `${daysPerBlock(days, width)} each`,
    align: 'left',
    elastic: { min: Math.min(days, SPARKLINE_MIN), max: days },
    cell: (row, width) => sparkline(numbersIn(value(row)), width),
  };
}

function numbersIn(value: Value): (number | null)[] {
  if (!Array.isArray(value)) return [];
  return value.map((each) => (typeof each === 'number' ? each : null));
}
