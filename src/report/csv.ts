import { isoWithOffset } from '../shared/days.js';
import { type Cell, csvText } from './formats/csv.js';
import type { Report, ReportRow, Spent } from './report.js';
import { amountsOf, budgetOf } from './rounded.js';

const FIGURES = [
  'processes',
  'cpu_seconds',
  'util_seconds',
  'credits',
  'unseen_cpu_seconds',
  'capacity_percent',
  'budget_util_seconds',
  'budget_percent',
  'projected_budget_percent',
];

/** Several rows together have no budget. */
const NO_BUDGET: Cell[] = [null, null, null];

/**
 * The report as CSV with a header: a line for each row, one for those that `--top` leaves out, and
 * one for the total. Names in brackets are no users, programs or hosts. Each line says its host and
 * period, so that files of several days can be put together; where a line is of several hosts the cell
 * is empty. By host it is the row's own. Programs and commands of one user alone have the user before them.
 */
export function renderCsv(report: Report): string {
  const { by, period } = report;
  const host = report.source === 'journal' ? report.host : null;
  const days = [period.fromMs, period.toMs].map((ms) => isoWithOffset(ms, period.timeZone));
  const onlyUser = report.source === 'journal' && by !== 'user' ? report.onlyUser : null;
  const whose = onlyUser === null ? [] : [onlyUser.name, onlyUser.uid];
  const heads = { user: ['user', 'uid'], program: ['program'], command: ['command'], host: [] };
  const labels = (name: string, uid: number | null): Cell[] => {
    if (by === 'host') return [name, ...days];
    return [host, ...days, ...whose, name, ...(by === 'user' ? [uid] : [])];
  };
  const records: Cell[][] = report.rows.map((row) => [
    ...labels(row.name, row.uid),
    ...amountCells(row, report),
    ...budgetCells(row, report),
  ]);
  if (report.others !== null) {
    records.push([
      ...labels('(others)', null),
      ...amountCells(report.others, report),
      ...NO_BUDGET,
    ]);
  }
  records.push([...labels('(total)', null), ...amountCells(report.total, report), ...NO_BUDGET]);
  const names = [...(onlyUser === null ? [] : heads.user), ...heads[by]];
  return csvText([['host', 'from', 'to', ...names, ...FIGURES], ...records]);
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

function budgetCells(row: ReportRow, report: Report): Cell[] {
  const budget = budgetOf(row, report);
  return [budget.budgetUtilSeconds, budget.budgetPercent, budget.projectedBudgetPercent];
}
