import { UsageError } from '../../shared/errors.js';
import type { AskedReport } from '../asked-report.js';
import type { SortColumn } from '../sort-columns.js';
import type { Drill } from './drill.js';

/** What the command line asks of it. */
interface AskedDrill extends Pick<AskedReport, 'check' | 'sort' | 'top'> {
  source: 'journal' | 'influx';
  kind: Drill['kind'];
}

/** Processes are in the order of what they used. */
const BY_SPENT: readonly SortColumn[] = ['credits', 'cpu-time', 'util-seconds'];

/** @throws UsageError where hours, processes or a user alone are asked for what they do not have */
export function assertDrillable({ source, kind, check, sort, top }: AskedDrill): void {
  if (check !== undefined) {
    throw new UsageError('--check looks at every user', 'leave out --user and --by');
  }
  if (source === 'influx') {
    throw new UsageError(
      "hours, processes and a user alone are known to a machine's own journal",
      'on the machine itself: leave out --source influx',
    );
  }
  if (kind === 'hours' && (top !== undefined || sort !== 'credits')) {
    throw new UsageError('hours are all shown, in their order', 'leave out --top and --sort');
  }
  if (kind === 'lifecycles' && !BY_SPENT.includes(sort)) {
    throw new UsageError(`processes are not in order by ${sort}`, 'leave out --sort');
  }
}
