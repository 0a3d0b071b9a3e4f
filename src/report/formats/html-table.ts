import { type Markup, name } from '../html/markup.js';
import { table as tableMarkup } from '../html/table.js';
import { type Column, formatFigure, type Line, type Table } from '../view.js';

/** The table as the page has it: all of its columns, in figures where the terminal draws. */
export function toHtmlTable<Row extends Line>(table: Table<Row>, caption: string): Markup {
  const columns = table.columns.filter(({ drawing }) => drawing !== 'sparkline');
  const isOver = (row: Row) => columns.some(({ isAlarming }) => isAlarming?.(row));
  return tableMarkup({
    caption,
    title: table.title,
    columns: columns.map((column) => ({
      title: titleOf(column),
      kind: column.align === 'left' ? ('words' as const) : ('figure' as const),
      cell: (row: Row) => formatFigure(column, row),
    })),
    lines: table.rows.map((row) => {
      if (row.kind !== 'row') return { head: row.label, row, look: 'sum' };
      return { head: name(row.label), row, ...(isOver(row) ? { look: 'over' } : {}) };
    }),
  });
}

function titleOf<Row>({ title, subtitle, drawing }: Column<Row>): string {
  const unit = subtitle ?? (drawing === 'bar' ? '%' : '');
  return unit === '' ? title : `${title}, ${unit}`;
}
