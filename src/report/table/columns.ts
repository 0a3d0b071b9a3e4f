import { cpuSeconds, creditsOfUtilSeconds } from '../../shared/units.js';
import { harmlessText } from '../../shared/harmless-text.js';
import { budgetPercentOf, creditsLeftOf, figuresOf, percentOf } from '../figures.js';
import { capacityOf, type Report, type ReportRow, type Spent } from '../report.js';
import { bar } from './bar.js';
import { count, decimal, hoursMinutesSeconds, upToHundredths } from '../../shared/numbers.js';

/** One line of the table: a row, all rows that are not shown, the total, or what of it is unseen. */
export interface Line {
  kind: 'row' | 'others' | 'total' | 'unseen';
  label: string;
  spent: Spent;
  /** Undefined where several rows stand together: they have no budget in common. */
  row: ReportRow | undefined;
}

/** What the grid has to know of a line of any table. */
export type AnyLine = Pick<Line, 'kind'>;

export interface Column<L extends AnyLine = Line> {
  title: string;
  /** Below the title, in the second line of the header. */
  unit: string | ((width: number) => string);
  align: 'left' | 'right';
  /** 0 stays however narrow the terminal is; of the others the highest goes first. */
  rank: number;
  /** Columns that can be narrower than what is in them, or wider; the others are as wide as they must. */
  elastic?: { min: number; max: number };
  cell: (line: L, width: number) => string;
  /** Whether it says something of the unseen part of the total too; its cell is empty there if not. */
  ofUnseen?: boolean;
  /** Whether the cell says that a budget is spent. */
  alarming?: (line: L) => boolean;
}

const NAME_MIN = 14;
const BAR_MIN = 9;
const BAR_MAX = 20;

const known = (value: number | null, shown: (value: number) => string): string =>
  value === null ? '?' : shown(value);

export const figure = <L extends AnyLine = Line>(column: Omit<Column<L>, 'align'>): Column<L> => ({
  align: 'right',
  ...column,
});

/** The rows, those left out in one, the total, and its unseen part if there is one. */
export function linesOf(report: Report): Line[] {
  const lines: Line[] = report.rows.map((row) => ({
    kind: 'row',
    label: harmlessText(row.key),
    spent: row,
    row,
  }));
  const { others, total } = report;
  if (others !== null) {
    const label = `(others: ${count(others.rows)})`;
    lines.push({ kind: 'others', label, spent: others, row: undefined });
  }
  if (lines.length === 0) return [];
  lines.push({ kind: 'total', label: 'total', spent: total, row: undefined });
  if (total.unseenCpuMs !== null && total.unseenCpuMs > 0) {
    const unseen = { ...total, cpuMs: total.unseenCpuMs };
    lines.push({ kind: 'unseen', label: 'of it unseen', spent: unseen, row: undefined });
  }
  return lines;
}

/** What stands in a line under a column. */
export function cellOf<L extends AnyLine>(column: Column<L>, line: L, width: number): string {
  return line.kind === 'unseen' && column.ofUnseen !== true ? '' : column.cell(line, width);
}

/** Every column that a report can have, from left to right; those of which nothing is known are left out. */
export function columnsOf(report: Report, lines: readonly Line[], verbose: boolean): Column[] {
  const longest = Math.max(report.by.length, ...lines.map((line) => line.label.length));
  const name = nameColumn<Line>(report.by, longest);
  const middle = report.by === 'user' ? budgetColumns(report) : shareColumns(report);
  const scale = report.by === 'user' ? budgetBar() : shareBar(report);
  const ofJournal = (...columns: Column[]) => (report.source === 'journal' ? columns : []);
  return [
    name,
    ...(verbose && report.by === 'user' ? ofJournal(uid()) : []),
    ...ofJournal(processes()),
    ...spentColumns(report),
    ...middle,
    ...ofJournal(capacity(report)),
    ...(verbose && report.total.unseenCpuMs !== null ? [unseen()] : []),
    ...(verbose ? ofJournal(uncertain()) : []),
    scale,
  ];
}

/** @param longest how many characters the longest label has */
export function nameColumn<L extends AnyLine & { label: string }>(
  title: string,
  longest: number,
): Column<L> {
  return {
    title,
    unit: '',
    align: 'left',
    rank: 0,
    elastic: { min: Math.min(longest, NAME_MIN), max: longest },
    cell: (line) => line.label,
    ofUnseen: true,
  };
}

function processes(): Column {
  return figure({
    title: 'processes',
    unit: '',
    rank: 4,
    cell: ({ spent }) => known(spent.processes, count),
  });
}

function spentColumns(report: Report): Column[] {
  const figures = (line: Line) => figuresOf(line.spent, capacityOf(report));
  return [
    figure({
      title: 'CPU time',
      unit: 'h:m:s',
      rank: 2,
      cell: ({ spent }) => hoursMinutesSeconds(spent.cpuMs),
      ofUnseen: true,
    }),
    figure({
      title: 'util-seconds',
      unit: '% × s',
      rank: 7,
      cell: (line) => count(figures(line).utilSeconds),
    }),
    figure({
      title: 'credits',
      unit: 'vCPU-min',
      rank: 0,
      cell: (line) => decimal(figures(line).credits),
      ofUnseen: true,
    }),
  ];
}

function budgetColumns(report: Report): Column[] {
  const isOver = ({ row }: Line) => row !== undefined && budgetPercentOf(row) > 100;
  return [
    ...(report.commonBudgetUtilSeconds === null ? [allowed()] : []),
    figure({
      title: 'budget',
      unit: '%',
      rank: 1,
      cell: ({ row }) => (row === undefined ? '' : decimal(budgetPercentOf(row))),
      alarming: isOver,
    }),
    figure({
      title: 'left',
      unit: 'credits',
      rank: 3,
      cell: ({ row }) => (row === undefined ? '' : decimal(creditsLeftOf(row))),
      alarming: isOver,
    }),
    ...(report.projectionFactor === null ? [] : [projected(report.projectionFactor)]),
  ];
}

function allowed(): Column {
  return figure({
    title: 'allowed',
    unit: 'credits',
    rank: 4,
    cell: ({ row }) =>
      row === undefined ? '' : upToHundredths(creditsOfUtilSeconds(row.budgetUtilSeconds)),
  });
}

/** What it will be at the end of a day that is not over, if it goes on like that. */
function projected(factor: number): Column {
  const percent = (row: ReportRow) => budgetPercentOf(row) * factor;
  return figure({
    title: 'at end',
    unit: '%',
    rank: 6,
    cell: ({ row }) => (row === undefined ? '' : decimal(percent(row))),
    alarming: ({ row }) => row !== undefined && percent(row) > 100,
  });
}

function shareColumns(report: Report): Column[] {
  const share = (line: Line) => percentOf(line.spent.cpuMs, report.total.cpuMs);
  return [figure({ title: 'share', unit: '%', rank: 1, cell: (line) => decimal(share(line)) })];
}

function capacity(report: Report): Column {
  return figure({
    title: report.by === 'host' ? 'capacity' : 'host',
    unit: '%',
    rank: 6,
    cell: ({ spent }) => known(figuresOf(spent, capacityOf(report)).capacityPercent, decimal),
  });
}

function uid(): Column {
  return figure({
    title: 'uid',
    unit: '',
    rank: 8,
    cell: ({ row }) => (row === undefined ? '' : known(row.uid, String)),
  });
}

function unseen(): Column {
  return figure({
    title: 'unseen',
    unit: 'h:m:s',
    rank: 9,
    cell: ({ spent: { unseenCpuMs } }) =>
      unseenCpuMs === 0 ? '' : known(unseenCpuMs, hoursMinutesSeconds),
  });
}

function uncertain(): Column {
  return figure({
    title: '±',
    unit: 's',
    rank: 2,
    cell: ({ spent: { uncertainMs } }) => known(uncertainMs, (ms) => decimal(cpuSeconds(ms))),
  });
}

function budgetBar(): Column {
  return barColumn<Line>('of budget', ({ row }) =>
    row === undefined ? undefined : budgetPercentOf(row),
  );
}

function shareBar(report: Report): Column {
  return barColumn<Line>('of total', (line) =>
    line.kind === 'total' ? undefined : percentOf(line.spent.cpuMs, report.total.cpuMs),
  );
}

/** A bar whose scale, 0 to 100 %, stands in the header. */
export function barColumn<L extends AnyLine>(
  title: string,
  percent: (line: L) => number | undefined,
): Column<L> {
  return {
    title,
    unit: (width) => `0${'100 %'.padStart(width - 1)}`,
    align: 'left',
    rank: 5,
    elastic: { min: BAR_MIN, max: BAR_MAX },
    cell: (line, width) => {
      const value = percent(line);
      return value === undefined ? '' : bar(value, width);
    },
    alarming: (line) => (percent(line) ?? 0) > 100,
  };
}
