import { budgetPercentOf, creditsLeftOf } from './figures.js';
import type { ReportRow } from './report.js';
import type { SortColumn } from './options.js';

type Order = (a: ReportRow, b: ReportRow) => number;

const byCpuTime: Order = (a, b) => b.cpuMs - a.cpuMs;

/** Names sort the same on every machine, whatever its language. */
const byName: Order = (a, b) => compareTexts(a.name, b.name) || a.id - b.id;

/** The most first, except for names and for what is left: the least left first. */
const ORDERS: Record<SortColumn, Order> = {
  credits: byCpuTime,
  'cpu-time': byCpuTime,
  'util-seconds': byCpuTime,
  capacity: byCpuTime,
  processes: (a, b) => (b.processes ?? 0) - (a.processes ?? 0),
  budget: (a, b) => budgetPercentOf(b) - budgetPercentOf(a),
  left: (a, b) => creditsLeftOf(a) - creditsLeftOf(b),
  unseen: (a, b) => (b.unseenCpuMs ?? 0) - (a.unseenCpuMs ?? 0),
  name: byName,
};

/** The rows in order; equal ones by their names. */
function sortRows(rows: readonly ReportRow[], column: SortColumn): ReportRow[] {
  const order = ORDERS[column];
  return [...rows].sort((a, b) => order(a, b) || byName(a, b));
}

/**
 * The `top` first rows in an order, and all others. Names have no first that means something: in
 * their order it is the rows that spent the most.
 */
export function cutRows(
  rows: readonly ReportRow[],
  column: SortColumn,
  top: number,
): { shown: ReportRow[]; others: ReportRow[] } {
  const ranked = sortRows(rows, column === 'name' ? 'credits' : column);
  return { shown: sortRows(ranked.slice(0, top), column), others: ranked.slice(top) };
}

export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
