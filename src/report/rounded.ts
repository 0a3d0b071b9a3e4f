import { budgetPercentOf, figuresOf } from './figures.js';
import { capacityOf, type Report, type ReportRow, type Spent } from './report.js';

/** Millionths: of a credit that is less than the kernel can tell. */
const DECIMALS = 6;

/** The figures as programs get them, in JSON and in CSV; CPU time and util-seconds are exact. */
export function amountsOf(spent: Spent, report: Report) {
  const figures = figuresOf(spent, capacityOf(report));
  return {
    processes: spent.processes,
    cpuSeconds: figures.cpuSeconds,
    utilSeconds: figures.utilSeconds,
    credits: rounded(figures.credits),
    unseenCpuSeconds: figures.unseenCpuSeconds,
    capacityPercent: rounded(figures.capacityPercent),
  };
}

export function budgetOf(row: ReportRow, { projectionFactor }: Report) {
  const percent = budgetPercentOf(row);
  return {
    budgetUtilSeconds: row.budgetUtilSeconds,
    budgetPercent: rounded(percent),
    projectedBudgetPercent: projectionFactor === null ? null : rounded(percent * projectionFactor),
  };
}

/** JSON has no infinity: what is out of all proportion is null like what is not known. */
export function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toFixed(DECIMALS));
}
