import type { ConnectionOptions } from '../shared/influx/connection-options.js';
import type { PeriodOptions } from './data/period.js';
import type { Format } from './formats/render.js';
import type { CreditMode } from './models/account.js';
import type { Budgets } from './models/budgets.js';
import type { CheckOptions } from './models/check.js';
import type { RowKind, SortColumn } from './options.js';
import type { UserFilter } from './user-filter.js';

/** What the options ask for. Each view picks what it needs of it; what it does not take was refused, or does not count. */
export interface ReportQuery<By extends RowKind = RowKind> {
  /** Its path. */
  journal: string;
  /** What the host is called where the journal does not say. */
  host: string;
  /** Machines that ship to one database rather than a journal. */
  server: ConnectionOptions;
  /** Undefined where none are named. */
  days: PeriodOptions | undefined;
  /** The minute of the day, as HH:MM. */
  at: string | undefined;
  timeZone: string;
  format: Format;
  by: By;
  /** Undefined for everybody. */
  user: UserFilter | undefined;
  sort: SortColumn;
  /** How many rows are shown; undefined for all. */
  top: number | undefined;
  verbose: boolean;
  /** Of users; other rows have one vCPU each. */
  budgets: Budgets;
  /** Whether only users over a threshold are of interest. */
  check: CheckQuery | undefined;
  /** Whether a page has the credit ledger too. */
  withLedger: boolean;
  /** Of one vCPU, for each user; of all vCPUs for the host. */
  baselinePercent: number;
  mode: CreditMode;
  /** Whether figures that rest on too little are shown all the same. */
  force: boolean;
}

export interface CheckQuery extends CheckOptions {
  /** Whether the output is that of a monitoring plugin. */
  isForNagios: boolean;
}
