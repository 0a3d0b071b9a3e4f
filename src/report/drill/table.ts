import type { JournalReport } from '../report.js';
import type { Terminal } from '../terminal.js';
import { type Colours, coloursOf } from '../table/colours.js';
import { type AnyLine, type Column, columnsOf, linesOf } from '../table/columns.js';
import { emptyLines } from '../table/empty.js';
import { fitColumns } from '../table/fit.js';
import { footLines } from '../table/foot.js';
import { renderGrid } from '../table/grid.js';
import { headLines } from '../table/head.js';
import { wrap } from '../table/text.js';
import type { Drill, UserView } from './drill.js';
import { lifecycleColumnsOf, lifecycleLinesOf } from './lifecycle-columns.js';
import { dayLinesOf, hourLinesOf, partColumnsOf } from './part-columns.js';
import { prunedLines } from './pruned.js';

/** Draws one table, no wider than the terminal. */
type Draw = <L extends AnyLine>(columns: readonly Column<L>[], lines: readonly L[]) => string[];

/** Hours, processes or one user for people: no line is wider than the terminal. */
export async function renderDrillTable(
  drill: Drill,
  terminal: Terminal,
  verbose: boolean,
): Promise<string> {
  const { report } = drill;
  const draw = drawing(terminal.columns, await coloursOf(terminal));
  const notes = [
    ...prunedNote(drill),
    ...(report.rows.length === 0 ? emptyLines(report, {}) : footLines(report)),
  ];
  if (verbose) {
    const { verboseLines } = await import('../table/verbose.js');
    notes.push(...verboseLines(report));
  }
  return [
    ...headLines(report, terminal.columns),
    ...tablesOf(drill, draw, verbose).flatMap((table) => ['', ...table]),
    '',
    ...notes.flatMap((note) => wrap(note, terminal.columns)),
    '',
  ].join('\n');
}

/** Stands first, right below the processes. */
function prunedNote(drill: Drill): string[] {
  return 'lifecycles' in drill ? prunedLines(drill.report, drill.lifecycles.prunedUntilMs) : [];
}

function drawing(width: number, colours: Colours): Draw {
  return (columns, lines) => renderGrid(fitColumns(columns, lines, width), lines, colours);
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
  const rows = lines.filter(({ kind }) => kind === 'row');
  return draw(partColumnsOf(report, rows, isDay ? 'hour' : 'day'), rows);
}

function processTable(
  { report, lifecycles }: Extract<Drill, { lifecycles: unknown }>,
  draw: Draw,
): string[] {
  const lines = lifecycleLinesOf(report, lifecycles);
  return draw(lifecycleColumnsOf(report, lines), lines);
}
