import { cpuSeconds, creditsOfUtilSeconds } from '../../shared/units.js';
import { harmlessText } from '../../shared/harmless-text.js';
import type { CpuRange } from '../cpu-range.js';
import { budgetPercentOf, creditsLeftOf, figuresOf, percentOf } from '../figures.js';
import { capacityOf, type Report, type ReportRow, type Spent } from '../report.js';
import { count, decimal, hoursMinutesSeconds, upToHundredths } from '../../shared/numbers.js';
import { type AnyLine, barColumn, type Column, figure, nameColumn } from '../formats/column.js';

/** One line of the table: a row, all rows that are not shown, the total, or what of it is unseen. */
export interface Line extends AnyLine {
  kind: 'row' | 'others' | 'total' | 'unseen';
  spent: Spent;
  /** Undefined where several rows stand together: they have no budget in common. */
  row: ReportRow | undefined;
}

const known = (value: number | null, shown: (value: number) => string): string =>
  value === null ? '?' : shown(value);

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

/** Every column that a report can have, from left to right; those of which nothing is known are left out. */
export function columnsOf(
  report: Report,
  lines: readonly Line[],
  verbose: boolean,
): Column<Line>[] {
  const middle = report.by === 'user' ? budgetColumns(report) : shareColumns(report);
  const scale = report.by === 'user' ? budgetBar() : shareBar(report);
  const ofJournal = (...columns: Column<Line>[]) => (report.source === 'journal' ? columns : []);
  return [
    nameColumn(report.by, lines),
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

function processes(): Column<Line> {
  return figure<Line>({
    title: 'processes',
    unit: '',
    rank: 4,
    cell: ({ spent }) => known(spent.processes, count),
  });
}

function spentColumns(report: Report): Column<Line>[] {
  const figures = (line: Line) => figuresOf(line.spent, capacityOf(report));
  return [
    figure<Line>({
      title: 'CPU time',
      unit: 'h:m:s',
      rank: 2,
      cell: ({ spent }) => hoursMinutesSeconds(spent.cpuMs),
      ofUnseen: true,
    }),
    figure<Line>({
      title: 'util-seconds',
      unit: '% × s',
      rank: 7,
      cell: (line) => count(figures(line).utilSeconds),
    }),
    figure<Line>({
      title: 'credits',
      unit: 'vCPU-min',
      rank: 0,
      cell: (line) => decimal(figures(line).credits),
      ofUnseen: true,
    }),
  ];
}

function budgetColumns(report: Report): Column<Line>[] {
  const isOver = ({ row }: Line) => row !== undefined && budgetPercentOf(row) > 100;
  return [
    ...(report.commonBudgetUtilSeconds === null ? [allowed()] : []),
    figure<Line>({
      title: 'budget',
      unit: '%',
      rank: 1,
      cell: ({ row }) => (row === undefined ? '' : decimal(budgetPercentOf(row))),
      alarming: isOver,
    }),
    figure<Line>({
      title: 'left',
      unit: 'credits',
      rank: 3,
      cell: ({ row }) => (row === undefined ? '' : decimal(creditsLeftOf(row))),
      alarming: isOver,
    }),
    ...(report.projectionFactor === null ? [] : [projected(report.projectionFactor)]),
  ];
}

function allowed(): Column<Line> {
  return figure<Line>({
    title: 'allowed',
    unit: 'credits',
    rank: 4,
    cell: ({ row }) =>
      row === undefined ? '' : upToHundredths(creditsOfUtilSeconds(row.budgetUtilSeconds)),
  });
}

/** What it will be at the end of a day that is not over, if it goes on like that. */
function projected(factor: number): Column<Line> {
  const percent = (row: ReportRow) => budgetPercentOf(row) * factor;
  return figure<Line>({
    title: 'at end',
    unit: '%',
    rank: 6,
    cell: ({ row }) => (row === undefined ? '' : decimal(percent(row))),
    alarming: ({ row }) => row !== undefined && percent(row) > 100,
  });
}

function shareColumns(report: Report): Column<Line>[] {
  const share = (line: Line) => percentOf(line.spent.cpuMs, report.total.cpuMs);
  return [
    figure<Line>({ title: 'share', unit: '%', rank: 1, cell: (line) => decimal(share(line)) }),
  ];
}

/** Of a host it is what matters. */
function capacity(report: Report): Column<Line> {
  const isOfHost = report.by === 'host';
  return figure<Line>({
    title: isOfHost ? 'capacity' : 'host',
    unit: '%',
    rank: isOfHost ? 0 : 6,
    cell: ({ spent }) => known(figuresOf(spent, capacityOf(report)).capacityPercent, decimal),
  });
}

function uid(): Column<Line> {
  return figure<Line>({
    title: 'uid',
    unit: '',
    rank: 8,
    cell: ({ row }) => (row === undefined ? '' : known(row.uid, String)),
  });
}

function unseen(): Column<Line> {
  return figure<Line>({
    title: 'unseen',
    unit: 'h:m:s',
    rank: 9,
    cell: ({ spent: { unseenCpuMs } }) =>
      unseenCpuMs === 0 ? '' : known(unseenCpuMs, hoursMinutesSeconds),
  });
}

function uncertain(): Column<Line> {
  return figure<Line>({
    title: '±',
    unit: 's',
    rank: 2,
    cell: ({ spent: { cpuMs, range } }) =>
      range === null ? '?' : uncertaintyInWords(cpuMs, range),
  });
}

/** `0.53`; where it is not the same either way `−0.20 +1.10`. */
function uncertaintyInWords(cpuMs: number, { leastMs, mostMs }: CpuRange): string {
  const [below, above] = [cpuMs - leastMs, mostMs - cpuMs].map((ms) => decimal(cpuSeconds(ms)));
  return below === above ? (above ?? '') : `−${below ?? ''} +${above ?? ''}`;
}

function budgetBar(): Column<Line> {
  return barColumn<Line>('of budget', ({ row }) =>
    row === undefined ? undefined : budgetPercentOf(row),
  );
}

function shareBar(report: Report): Column<Line> {
  return barColumn<Line>('of total', (line) =>
    line.kind === 'total' ? undefined : percentOf(line.spent.cpuMs, report.total.cpuMs),
  );
}
