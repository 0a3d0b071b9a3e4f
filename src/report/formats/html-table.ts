import { type Column, formatCell, type Line, type Table } from '../view.js';
import { html, type Markup, name } from './markup.js';

/**
 * A table that is opened by its caption, in a box of its own, which is scrolled where it is wider than the screen, also
 * by keyboard. It has all columns, in figures where the terminal draws.
 *
 * @param look `dense` for one of many narrow columns
 * @param notes what to know of its figures, below it
 */
export function toHtmlTable<Row extends Line>(
  table: Table<Row>,
  caption: string,
  { look = 'usual', notes = [] }: { look?: 'usual' | 'dense'; notes?: readonly Markup[] } = {},
): Markup {
  const columns = table.columns.filter((column) => !isDrawnTwice(column, table));
  const heads = columns.map(
    (column) => html`<th scope="col" class="${toClass(column)}">${formatTitle(column)}</th>`,
  );
  return html`<details>
    <summary>${caption}</summary>
    <div class="scroll" role="region" aria-label="${caption}" tabindex="0">
      <table class="${look}" aria-label="${caption}">
        <thead>
          <tr>
            <th scope="col">${table.title}</th>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${table.rows.map((row) => toLine(row, columns))}
        </tbody>
      </table>
    </div>
    ${notes}
  </details>`;
}

/** A sparkline needs a plot, and a bar says in figures what the column of the same figure says. */
function isDrawnTwice<Row extends Line>(column: Column<Row>, { columns }: Table<Row>): boolean {
  if (column.drawing === undefined) return false;
  const isOfSameFigure = (other: Column<Row>) => other !== column && other.value === column.value;
  return column.drawing === 'sparkline' || columns.some(isOfSameFigure);
}

function toLine<Row extends Line>(row: Row, columns: readonly Column<Row>[]): Markup {
  const isOver = row.kind === 'row' && columns.some(({ isAlarming }) => isAlarming?.(row));
  const look = row.kind === 'row' ? (isOver ? 'over' : 'row') : 'sum';
  const cells = columns.map(
    (column) => html`<td class="${toClass(column)}">${formatCell(column, row)}</td>`,
  );
  return html`<tr class="${look}">
    <th scope="row">${row.kind === 'row' ? name(row.label) : row.label}</th>
    ${cells}
  </tr>`;
}

function toClass<Row>({ align }: Column<Row>): 'words' | 'figure' {
  return align === 'left' ? 'words' : 'figure';
}

function formatTitle<Row>({ title, subtitle, drawing }: Column<Row>): string {
  const unit = subtitle ?? (drawing === undefined ? '' : '%');
  return unit === '' ? title : `${title}, ${unit}`;
}
