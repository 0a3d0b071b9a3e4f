import type { JournalReport } from '../report.js';
import type { Terminal } from '../terminal.js';
import { columnsOf, linesOf } from '../table/columns.js';
import { type Draw, drawingFor, screenText } from '../table/draw.js';
import { emptyLines } from '../table/empty.js';
import { footLines } from '../table/foot.js';
import { headLines } from '../table/head.js';
import type { Drill, UserView } from './drill.js';
import { lifecycleColumnsOf, lifecycleLinesOf } from './lifecycle-columns.js';
import { partColumnsOf } from './part-columns.js';
import { dayLinesOf, hourLinesOf } from './part-lines.js';
import { prunedLines } from './pruned.js';

/** Hours, processes or one user for people: no line is wider than the terminal. */
export async function renderDrillTable(
  drill: Drill,
  terminal: Terminal,
  verbose: boolean,
): Promise<string> {
  const { report } = drill;
  const notes = [
    ...prunedNote(drill),
    ...(report.rows.length === 0 ? emptyLines(report, {}) : footLines(report, false)),
  ];
  if (verbose) {
    const { RANGE_LINE, verboseLines } = await import('../table/verbose.js');
    notes.push(...(drill.kind === 'user' ? [RANGE_LINE] : []), ...verboseLines(report));
  }
  const tables = tablesOf(drill, await drawingFor(terminal), verbose);
  return screenText({ head: headLines(report, terminal.columns), tables, notes }, terminal);
}

/** Stands first, right below the processes. */
function prunedNote(drill: Drill): string[] {
  return 'lifecycles' in drill ? prunedLines(drill.report, drill.lifecycles.prunedUntilMs) : [];
}

function tablesOf(drill: Drill, draw: Draw, verbose: boolean): string[][] {
  const { report } = drill;
  switch (drill.kind) {
    case 'hours': {
      const lines = hourLinesOf(report, drill.hours);
      return [draw(partColumnsOf(report, lines, 'hour'), lines)];
    }
    case 'lifecycles':
      return [processTable(drill, draw)];
    case 'user':
      return [
        summaryTable(report, draw, verbose),
        rowsTable(drill.programs, draw, verbose),
        rowsTable(drill.commands, draw, verbose),
        chart(drill, draw),
        processTable(drill, draw),
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
  return draw(partColumnsOf(report, parts, isDay ? 'hour' : 'day'), parts);
}

function processTable(
  { report, lifecycles }: Extract<Drill, { lifecycles: unknown }>,
  draw: Draw,
): string[] {
  const lines = lifecycleLinesOf(report, lifecycles);
  return draw(lifecycleColumnsOf(report, lines), lines);
}
