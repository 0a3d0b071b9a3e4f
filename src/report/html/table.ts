import { html, Markup } from './markup.js';

/** A column of figures, or of words. */
export interface Column<Row> {
  title: string;
  kind: 'figure' | 'words';
  cell: (row: Row) => string | Markup;
}

/** A line of a table; its name is the head of its cells. */
export interface Line<Row> {
  head: string | Markup;
  row: Row;
  /** `sum` for those below the others, `over` for one beyond its limit. */
  look?: 'sum' | 'over';
}

export interface Table<Row> {
  caption: string;
  /** What the heads of lines are. */
  title: string;
  columns: readonly Column<Row>[];
  lines: readonly Line<Row>[];
  /** `dense` for one of many narrow columns. */
  look?: 'dense';
}

/** A table in a box of its own, which is scrolled where it is wider than the screen, also by keyboard. */
export function table<Row>({ caption, title, columns, lines, look }: Table<Row>): Markup {
  const heads = columns.map(
    ({ title, kind }) => html`<th scope="col" class="${kind}">${title}</th>`,
  );
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table class="${look ?? 'usual'}">
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">${title}</th>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines.map((line) => lineOf(line, columns))}
      </tbody>
    </table>
  </div>`;
}

function lineOf<Row>({ head, row, look }: Line<Row>, columns: readonly Column<Row>[]): Markup {
  const cells = columns.map(({ kind, cell }) => html`<td class="${kind}">${cell(row)}</td>`);
  return html`<tr class="${look ?? 'row'}">
    <th scope="row">${head}</th>
    ${cells}
  </tr>`;
}
