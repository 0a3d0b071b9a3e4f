import { sanitize } from '../../shared/sanitize.js';
import type { Terminal } from '../terminal.js';
import {
  type Column,
  formatFigure,
  type Line,
  type Screen,
  type Table,
  type Value,
  type View,
} from '../view.js';
import { type Colours, coloursOf } from './colours.js';
import { barColumn, type Column as GridColumn, nameColumn } from './column.js';
import { fitColumns } from './fit-columns.js';
import { renderGrid } from './grid.js';
import { sparkline, daysPerBlock } from './sparkline.js';
import { wrap, wrapParts } from './wrap.js';

/** The view for people: no line is wider than the terminal, and no text does it any harm. */
export async function toText(view: View, terminal: Terminal): Promise<string> {
  const { heading, verdict, facts, tables, notes } = view.screen();
  const colours = await coloursOf(terminal);
  const draw = await drawingFor(terminal);
  return screenText(
    {
      head: [
        ...heading.flatMap((parts) => wrapParts(parts.map(sanitize), terminal.columns)),
        ...(verdict === undefined ? [] : verdictLines(verdict, terminal, colours)),
      ],
      tables: [
        ...(facts === undefined ? [] : [factLines(facts, terminal, colours)]),
        ...tables.map(({ open }) => open((table) => drawTable(table, draw))),
      ],
      notes: notes.map(sanitize),
    },
    terminal,
  );
}

function verdictLines(
  { parts, problems }: NonNullable<Screen['verdict']>,
  { columns }: Terminal,
  { bold, red }: Colours,
): string[] {
  return [
    ...wrap(sanitize(parts.join(' · ')), columns).map(bold),
    ...problems.flatMap((problem) => wrap(sanitize(problem), columns).map(red)),
  ];
}

const LABEL_COLUMNS = 12;

function factLines(
  facts: NonNullable<Screen['facts']>,
  { columns }: Terminal,
  { dim }: Colours,
): string[] {
  return facts.flatMap(([label, text]) => {
    const lines = wrap(sanitize(text), Math.max(1, columns - LABEL_COLUMNS));
    return lines.map((line, at) => dim((at === 0 ? label : '').padEnd(LABEL_COLUMNS)) + line);
  });
}

function drawTable<Row extends Line>(table: Table<Row>, draw: Draw): string[] {
  const { title, columns, minLabelLength } = table;
  const rows = table.rows.map((row) => ({ ...row, label: sanitize(row.label) }));
  const gridColumns = columns.map((column) => gridColumn(column, rows));
  return draw([nameColumn(title, rows, minLabelLength), ...gridColumns], rows);
}

function gridColumn<Row extends Line>(column: Column<Row>, rows: readonly Row[]): GridColumn<Row> {
  const { title, subtitle, rank, isAlarming, drawing, ofUnseen = false } = column;
  return {
    ...(drawing === undefined ? figureColumn(column, rows) : DRAWINGS[drawing](column)),
    ...{ title, rank, ofUnseen },
    ...(subtitle === undefined ? {} : { unit: subtitle }),
    ...(isAlarming === undefined ? {} : { alarming: isAlarming }),
  };
}

function figureColumn<Row extends Line>(
  column: Column<Row>,
  rows: readonly Row[],
): GridColumn<Row> {
  const { title, rank, align = 'right', canBeCut } = column;
  const cell = (row: Row) => sanitize(formatFigure(column, row));
  if (canBeCut === true) {
    const named = rows.map((row) => ({ ...row, label: cell(row) }));
    return { ...nameColumn(title, named), cell };
  }
  return { title, unit: '', align, rank, cell };
}

const DRAWINGS = { bar: barOf, chart: barOf, sparkline: sparklineOf };

/** At most. */
const CHART_LENGTH = 40;

/** A bar for each percentage, and what else there is in words. */
function barOf<Row extends Line>(column: Column<Row>): GridColumn<Row> {
  const percent = (row: Row) => {
    const value = column.value(row);
    return typeof value === 'number' ? value : undefined;
  };
  const drawn = barColumn(
    column.title,
    percent,
    column.drawing === 'chart' ? CHART_LENGTH : undefined,
  );
  const cell = (row: Row, width: number) =>
    percent(row) === undefined ? formatFigure(column, row) : drawn.cell(row, width);
  return { ...drawn, cell };
}

const SPARKLINE_MIN = 8;

/** Each row by its own scale; the header says how many days a block stands for. */
function sparklineOf<Row extends Line>(column: Column<Row>): GridColumn<Row> {
  const { title, rank, days = 0, value } = column;
  const elastic = { min: Math.min(days, SPARKLINE_MIN), max: days };
  const unit = (width: number) => `${daysPerBlock(days, width)} each`;
  const cell = (row: Row, width: number) => sparkline(numbersIn(value(row)), width);
  return { title, unit, align: 'left', rank, elastic, cell };
}

function numbersIn(value: Value): (number | null)[] {
  if (!Array.isArray(value)) return [];
  return value.map((each) => (typeof each === 'number' ? each : null));
}

/** Draws one table, no wider than the terminal. */
export type Draw = <L extends Line>(
  columns: readonly GridColumn<L>[],
  lines: readonly L[],
) => string[];

export async function drawingFor(terminal: Terminal): Promise<Draw> {
  const colours = await coloursOf(terminal);
  return (columns, lines) =>
    renderGrid(fitColumns(columns, lines, terminal.columns), lines, colours);
}

/** A head, tables and notes as one text; a note that is wider than the terminal is broken. */
export function screenText(
  { head, tables, notes }: Record<'head' | 'notes', string[]> & { tables: string[][] },
  { columns }: Terminal,
): string {
  return [
    ...head,
    ...tables.flatMap((table) => ['', ...table]),
    ...(notes.length === 0 ? [] : ['', ...notes.flatMap((note) => wrap(note, columns))]),
    '',
  ].join('\n');
}
