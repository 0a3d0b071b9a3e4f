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

const HEADER_LINES = 2;

/** What a gap has in place of cells. */
const NOT_RECORDED = 'not recorded';

/**
 * The table in lines that are no wider than its columns: a header of two lines, a rule, the rows, and
 * before the total and its part another rule. Without lines it is the header and the rule.
 */
export function renderGrid<L extends Line>(
  columns: readonly FittedColumn<L>[],
  lines: readonly L[],
  colours: Colours,
): string[] {
  const table = new Table({
    chars: NO_BORDERS,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: columns.map((column) => column.width),
    colAligns: columns.map((column) => column.align),
    head: columns.map((column) => formatHead(column)),
  });
  table.push(...lines.map((line) => columns.map((column) => colouredCell(column, line, colours))));
  const drawn = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const width = tableWidth(columns);
  const rule = colours.dim('─'.repeat(width));
  const head = drawn.slice(0, HEADER_LINES).map((line) => colours.dim(line));
  const body = lines.flatMap(({ kind, label }, at) => {
    const text = drawn[HEADER_LINES + at] ?? '';
    switch (kind) {
      case 'total':
        return [rule, colours.bold(text)];
      case 'unseen':
        return [colours.dim(text)];
      case 'gap':
        return [colours.dim(cut(`${label}  ${NOT_RECORDED}`, width))];
      case 'row':
      case 'others':
        return [text];
    }
  });
  return [...head, rule, ...body];
}

function formatHead<L extends Line>(column: FittedColumn<L>): string {
  const unit = typeof column.unit === 'string' ? column.unit : column.unit(column.width);
  return `${column.title}\n${unit}`;
}

function colouredCell<L extends Line>(column: FittedColumn<L>, line: L, colours: Colours): string {
  const cell = formatGridCell(column, line, column.width);
  return column.isAlarming?.(line) === true ? colours.red(cell) : cell;
}
