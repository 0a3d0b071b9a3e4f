import type { NearestRecordings } from '../data/nearest-recording.js';
import type { Report } from '../report.js';
import type { Terminal } from '../terminal.js';
import { columnsOf, linesOf } from './columns.js';
import { drawingFor, screenText } from '../formats/text.js';
import { emptyLines } from './empty.js';
import { footLines } from '../views/notes.js';
import { headLines } from '../views/heading.js';

/** The report for people: no line is wider than the terminal. */
export async function renderTable(
  report: Report,
  nearest: NearestRecordings,
  terminal: Terminal,
  verbose: boolean,
): Promise<string> {
  const draw = await drawingFor(terminal);
  const lines = linesOf(report);
  const notes = lines.length === 0 ? emptyLines(report, nearest) : [];
  if (lines.length > 0 || hasFoot(report)) notes.push(...footLines(report, report.by === 'user'));
  if (verbose && report.source === 'journal') {
    const { RANGE_LINE, verboseLines } = await import('./verbose.js');
    notes.push(...(lines.length > 0 ? [RANGE_LINE] : []), ...verboseLines(report));
  }
  const tables = [draw(columnsOf(report, lines, verbose), lines)];
  return screenText({ head: headLines(report, terminal.columns), tables, notes }, terminal);
}

/** Of a period in which nothing was recorded there is nothing more to say. */
function hasFoot(report: Report): boolean {
  return report.source === 'influx' || report.coverage.recordedMs > 0;
}
