import type { JournalReport } from '../report.js';
import type { Terminal } from '../terminal.js';
import { columnsOf, linesOf } from '../table/columns.js';
import { type Draw, drawingFor, screenText } from '../formats/text.js';
import { emptyLines } from '../table/empty.js';
import { footLines } from '../views/notes.js';
import { headLines } from '../views/heading.js';
import type { Details, UserView } from './details.js';
import { lifecycleColumnsOf, lifecycleLinesOf } from './lifecycle-columns.js';
import { bucketColumnsOf } from './bucket-columns.js';
import { dayLinesOf, hourLinesOf } from './bucket-lines.js';
import { prunedLines } from './pruned.js';

/** Hours, processes or one user for people: no line is wider than the terminal. */
export async function renderDetailsTable(
  details: Details,
  terminal: Terminal,
  verbose: boolean,
): Promise<string> {
  const { report } = details;
  const notes = [
    ...prunedNote(details),
    ...(report.rows.length === 0 ? emptyLines(report, {}) : footLines(report, false)),
  ];
  if (verbose) {
    const { RANGE_LINE, verboseLines } = await import('../table/verbose.js');
    notes.push(...(details.kind === 'user' ? [RANGE_LINE] : []), ...verboseLines(report));
  }
  const tables = tablesOf(details, await drawingFor(terminal), verbose);
  return screenText({ head: headLines(report, terminal.columns), tables, notes }, terminal);
}

/** Stands first, right below the processes. */
function prunedNote(details: Details): string[] {
  return 'lifecycles' in details
    ? prunedLines(details.report, details.lifecycles.prunedUntilMs)
    : [];
}

function tablesOf(details: Details, draw: Draw, verbose: boolean): string[][] {
  const { report } = details;
  switch (details.kind) {
    case 'hours': {
      const lines = hourLinesOf(report, details.hours);
      return [draw(bucketColumnsOf(report, lines, 'hour'), lines)];
    }
    case 'lifecycles':
      return [processTable(details, draw)];
    case 'user':
      return [
        summaryTable(report, draw, verbose),
        rowsTable(details.programs, draw, verbose),
        rowsTable(details.commands, draw, verbose),
        chart(details, draw),
        processTable(details, draw),
      ];
  }
}

/** The user's row alone: it is the total. */
function summaryTable(report: JournalReport, draw: Draw, verbose: boolean): string[] {
  const lines = linesOf(report).filter(({ kind }) => kind !== 'total');
  return draw(columnsOf(report, lines, verbose), lines);
}

/** The first table has the total. */
function rowsTable(report: JournalReport, draw: Draw, verbose: boolean): string[] {
  const lines = linesOf(report).filter(({ kind }) => kind === 'row' || kind === 'others');
  return draw(columnsOf(report, lines, verbose), lines);
}

/** The hours of a day, or the days of several. */
function chart({ report, hours, days }: UserView, draw: Draw): string[] {
  const isDay = report.period.days === 1;
  const lines = isDay ? hourLinesOf(report, hours) : dayLinesOf(report, days);
  const parts = lines.filter(({ kind }) => kind !== 'total');
  return draw(bucketColumnsOf(report, parts, isDay ? 'hour' : 'day'), parts);
}

function processTable(
  { report, lifecycles }: Extract<Details, { lifecycles: unknown }>,
  draw: Draw,
): string[] {
  const lines = lifecycleLinesOf(report, lifecycles);
  return draw(lifecycleColumnsOf(report, lines), lines);
}
