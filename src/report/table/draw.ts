import type { Terminal } from '../terminal.js';
import { coloursOf } from './colours.js';
import type { AnyLine, Column } from './column.js';
import { fitColumns } from './fit.js';
import { renderGrid } from './grid.js';
import { wrap } from './text.js';

/** Draws one table, no wider than the terminal. */
export type Draw = <L extends AnyLine>(
  columns: readonly Column<L>[],
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
    '',
    ...notes.flatMap((note) => wrap(note, columns)),
    '',
  ].join('\n');
}
