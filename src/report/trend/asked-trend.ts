import { UsageError } from '../../shared/errors.js';
import { parseBudgets } from '../budget/budgets.js';
import type { Grouping } from '../report.js';
import type { SortColumn } from '../sort-columns.js';
import type { TrendRequest } from './make-trend.js';

/** The options of the command line that a trend has too. */
interface TrendOptions {
  source: 'journal' | 'influx';
  journal: string;
  host: string;
  by: Grouping | 'hour' | 'process' | 'day';
  user?: string;
  sort: SortColumn;
  top?: number;
  format: 'table' | 'json' | 'csv';
  verbose?: boolean;
  budget: string[];
  check?: unknown;
}

/** Rows of a trend in the order of what they spent. */
const BY_SPENT: readonly SortColumn[] = ['credits', 'cpu-time', 'util-seconds', 'capacity'];

/**
 * What the command line asks of a trend.
 *
 * @throws UsageError where it asks for what a trend does not have
 */
export function askedTrend(options: TrendOptions): Omit<TrendRequest, 'days' | 'timeZone'> {
  if (options.check !== undefined) {
    throw new UsageError('--check looks at a day or a range', 'name it with --day or --from');
  }
  const { source, by, user, sort, top, journal, host, format, verbose = false } = options;
  if (source === 'influx') {
    throw new UsageError(
      "--days needs a machine's own journal",
      'a database does not know which days were recorded as a whole; leave out --source influx',
    );
  }
  if (by === 'hour' || by === 'process' || user !== undefined) {
    throw new UsageError(
      'a trend has no hours or processes, and is of all users',
      'name the days with --from and --to instead of --days',
    );
  }
  if (by === 'host') {
    throw new UsageError(
      'a trend has no rows by host',
      'the total of any other is that of the host',
    );
  }
  if (sort !== 'name' && !BY_SPENT.includes(sort)) {
    throw new UsageError(`a trend is not in order by ${sort}`, 'use --sort credits or --sort name');
  }
  if (by === 'day' && (top !== undefined || sort !== 'credits')) {
    throw new UsageError('days are all shown, in their order', 'leave out --top and --sort');
  }
  const order = sort === 'name' ? 'name' : 'credits';
  return {
    journal,
    host,
    by,
    sort: order,
    top,
    format,
    verbose,
    budgets: parseBudgets(options.budget),
  };
}
