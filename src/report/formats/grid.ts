import Table from 'cli-table3';
import type { Colours } from './colours.js';
import type { Line } from '../view.js';
import { formatGridCell } from './column.js';
import { COLUMN_SPACING, tableWidth, type FittedColumn } from './fit-columns.js';
import { cut } from './wrap.js';

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(COLUMN_SPACING),
};

/** What a gap has in place of cells. */
const NOT_RECORDED = 'not recorded';

/**
 * The table in lines that are no wider than its columns: a header of one or two lines, a rule, the rows, and
 * before the total another rule. Without lines it is the header and the rule.
 */
export function renderGrid<L extends Line>(
  columns: readonly FittedColumn<L>[],
  lines: readonly L[],
  colours: Colours,
): string[] {
  const headerLines = columns.some((column) => formatUnit(column) !== '') ? 2 : 1;
  const table = new Table({
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: columns.map((column) => column.width),
    colAligns: columns.map((column) => column.align),
    head: columns.map((column) =>
      [column.title, formatUnit(column)].slice(0, headerLines).join('\n'),
    ),
  });
  table.push(...lines.map((line) => columns.map((column) => colouredCell(column, line, colours))));
  const drawn = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const width = tableWidth(columns);
  const rule = colours.dim('─'.repeat(width));
  const head = drawn.slice(0, headerLines).map((line) => colours.dim(line));
  const body = lines.flatMap(({ kind, label, isFaint = false }, at) => {
    const text = drawn[headerLines + at] ?? '';
    switch (kind) {
      case 'total':
        return [rule, colours.bold(text)];
      case 'gap':
        return [colours.dim(cut(`${label}  ${NOT_RECORDED}`, width))];
      case 'row':
      case 'others':
        return [isFaint ? colours.dim(text) : text];
    }
  });
  return [...head, rule, ...body];
}

function formatUnit<L extends Line>({ unit, width }: FittedColumn<L>): string {
  return typeof unit === 'string' ? unit : unit(width);
}

function colouredCell<L extends Line>(column: FittedColumn<L>, line: L, colours: Colours): string {
  const cell = formatGridCell(column, line, column.width);
  return column.isAlarming?.(line) === true ? colours.red(cell) : cell;
}
