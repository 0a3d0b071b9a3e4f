import { sanitize } from '../../shared/sanitize.js';
import type { Terminal } from '../terminal.js';
import type { Line, Screen, Table, View } from '../view.js';
import { type Colours, loadColours } from './colours.js';
import { gridColumns } from './column.js';
import { type Fitted, fitColumns } from './fit-columns.js';
import { renderGrid } from './grid.js';
import { wrap, wrapParts } from './wrap.js';

/** The view for people: no line is wider than the terminal, and no text does it any harm. */
export async function toText(view: View, terminal: Terminal): Promise<string> {
  const { heading, verdict, facts, tables, notes } = view.screen();
  const { columns } = terminal;
  const colours = await loadColours(terminal);
  const below = [
    ...(facts === undefined ? [] : [factLines(facts, terminal, colours)]),
    ...tables.filter(hasRows).map((table) => tableLines(table as Table<never>, terminal, colours)),
    ...(notes.length === 0 ? [] : [notes.flatMap((note) => wrap(sanitize(note), columns))]),
  ];
  return [
    ...heading.flatMap((parts) => wrapParts(parts.map(sanitize), columns)),
    ...(verdict === undefined ? [] : verdictLines(verdict, terminal, colours)),
    ...below.flatMap((lines) => ['', ...lines]),
    '',
  ].join('\n');
}

/** Heads without a line below them tell nothing. */
function hasRows({ rows }: Screen['tables'][number]): boolean {
  return rows.length > 0;
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

function tableLines<Row extends Line>(
  table: Table<Row>,
  { columns }: Terminal,
  colours: Colours,
): string[] {
  const rows = table.rows.map((row) => ({ ...row, label: sanitize(row.label) }));
  const fitted = fitColumns(gridColumns({ ...table, rows }), rows, columns);
  return [
    ...renderGrid(fitted.columns, rows, colours),
    ...wrap(formatLeftOut(fitted), columns)
      .filter((line) => line !== '')
      .map(colours.dim),
  ];
}

/** Which columns there was no room for, and where there is. */
function formatLeftOut<L extends Line>({ leftOut, neededWidth }: Fitted<L>): string {
  if (leftOut.length === 0) return '';
  const titles = [...new Set(leftOut.map(({ title }) => sanitize(title)))].join(', ');
  return `left out at this width: ${titles}; ${neededWidth} columns show all`;
}
