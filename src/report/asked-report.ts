import type { Marks } from './budget/marks.js';
import type { Budgets } from './budget/budgets.js';
import type { AskedDays } from './data/period.js';
import type { Grouping } from './report.js';
import type { SortColumn } from './sort-columns.js';

/** What the command line asks for, wherever the figures come from. */
export interface AskedReport {
  days: AskedDays;
  timeZone: string;
  by: Grouping;
  format: 'table' | 'json' | 'csv';
  sort: SortColumn;
  top: number | undefined;
  /** Of users; other rows have one vCPU each. */
  budgets: Budgets;
  /** Whether only users over a mark are of interest. */
  check: Marks | undefined;
  verbose: boolean;
}
