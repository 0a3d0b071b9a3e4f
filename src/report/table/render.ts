import type { Neighbours } from '../neighbours.js';
import type { Report } from '../report.js';
import type { Terminal } from '../terminal.js';
import { coloursOf } from './colours.js';
import { columnsOf, linesOf } from './columns.js';
import { emptyLines } from './empty.js';
import { fitColumns } from './fit.js';
import { footLines } from './foot.js';
import { renderGrid } from './grid.js';
import { headLines } from './head.js';
import { wrap } from './text.js';

/** The report for people: no line is wider than the terminal. */
export async function renderTable(
  report: Report,
  neighbours: Neighbours,
  terminal: Terminal,
  verbose: boolean,
): Promise<string> {
  const colours = await coloursOf(terminal);
  const lines = linesOf(report);
  const columns = fitColumns(columnsOf(report, lines, verbose), lines, terminal.columns);
  const notes = lines.length === 0 ? emptyLines(report, neighbours) : [];
  if (lines.length > 0 || hasFoot(report)) notes.push(...footLines(report));
  if (verbose && report.source === 'journal') {
    const { verboseLines } = await import('./verbose.js');
    notes.push(...verboseLines(report));
  }
  return [
    ...headLines(report, terminal.columns),
    '',
    ...renderGrid(columns, lines, colours),
    '',
    ...notes.flatMap((note) => wrap(note, terminal.columns)),
    '',
  ].join('\n');
}

/** Of a period in which nothing was recorded there is nothing more to say. */
function hasFoot(report: Report): boolean {
  return report.source === 'influx' || report.coverage.recordedMs > 0;
}
