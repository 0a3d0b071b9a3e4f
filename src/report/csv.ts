import { stringify } from 'csv-stringify/sync';
import { isoWithOffset } from '../shared/days.js';
import { harmlessText } from '../shared/harmless-text.js';
import type { Report, ReportRow, Spent } from './report.js';
import { amountsOf, budgetOf } from './rounded.js';

type Cell = string | number | null;

const FIGURES = [
  'processes',
  'cpu_seconds',
  'util_seconds',
  'credits',
  'unseen_cpu_seconds',
  'capacity_percent',
  'budget_util_seconds',
  'budget_percent',
];

/** Several rows together have no budget. */
const NO_BUDGET: Cell[] = [null, null];

/**
 * The report as CSV with a header: a line for each row, one for those that `--top` leaves out, and
 * one for the total. Names in brackets are no users or programs. Each line says its host and period,
 * so that files of several days can be put together.
 */
export function renderCsv(report: Report): string {
  const { by, period } = report;
  const heads = by === 'user' ? ['user', 'uid'] : [by];
  const labels = (name: string, id: number | null): Cell[] =>
    by === 'user' ? [harmlessText(name), id] : [harmlessText(name)];
  const records: Cell[][] = report.rows.map((row) => [
    ...labels(row.name, row.id),
    ...amountCells(row, report),
    ...budgetCells(row),
  ]);
  if (report.others !== null) {
    records.push([
      ...labels('(others)', null),
      ...amountCells(report.others, report),
      ...NO_BUDGET,
    ]);
  }
  records.push([...labels('(total)', null), ...amountCells(report.total, report), ...NO_BUDGET]);
  const place = [
    harmlessText(report.host),
    isoWithOffset(period.fromMs, period.timeZone),
    isoWithOffset(period.toMs, period.timeZone),
  ];
  // A cell that begins like a formula would be run by a spreadsheet.
  return stringify(
    [
      ['host', 'from', 'to', ...heads, ...FIGURES],
      ...records.map((record) => [...place, ...record]),
    ],
    { escape_formulas: true },
  );
}

function amountCells(spent: Spent, report: Report): Cell[] {
  const amounts = amountsOf(spent, report);
  return [
    amounts.processes,
    amounts.cpuSeconds,
    amounts.utilSeconds,
    amounts.credits,
    amounts.unseenCpuSeconds,
    amounts.capacityPercent,
  ];
}

function budgetCells(row: ReportRow): Cell[] {
  const { budgetUtilSeconds, budgetPercent } = budgetOf(row);
  return [budgetUtilSeconds, budgetPercent];
}
