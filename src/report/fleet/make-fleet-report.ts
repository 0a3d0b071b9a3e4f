import { UsageError } from '../../shared/errors.js';
import { type Connection, destinationOf } from '../../shared/influx/connection.js';
import type { AskedReport } from '../asked-report.js';
import type { MadeReport } from '../made-report.js';
import { readPeriod } from '../data/period.js';
import { render } from '../render.js';
import type { Grouping } from '../report.js';
import type { SortColumn } from '../sort-columns.js';
import type { Terminal } from '../terminal.js';
import { readTimeZone } from '../data/time-zone.js';
import type { Database, Tag } from '../data/influx/database.js';
import { influxdb } from '../data/influx/influxdb.js';
import { receive } from '../data/influx/receive.js';
import { hoursOf, summariseFleet } from './summary.js';
import { victoriaMetrics } from '../data/influx/victoria-metrics.js';

const DATABASES = { influxdb, victoriametrics: victoriaMetrics } as const;

/**
 * The report of all hosts that ship to a server, ready to be printed. No journal is opened.
 *
 * @throws UsageError when the days or the time zone can't be, or what is asked for isn't shipped
 * @throws PsusageError QUERY when the server does not answer, or says no
 */
export async function makeFleetReport(
  asked: AskedReport,
  connection: Connection,
  nowMs: number,
  terminal: Terminal,
): Promise<MadeReport> {
  const { days, sort, top, format, budgets } = asked;
  const by = tagOf(asked.by);
  const database = DATABASES[connection.server](connection);
  assertSortable(sort, database);
  const timeZone = await readTimeZone(asked.timeZone);
  const period = readPeriod(days, nowMs, timeZone, () => undefined);
  const withHours = format === 'json';
  const received = await receive(database, by, period, withHours);
  const destination = destinationOf(connection);
  const report = summariseFleet(received, {
    ...{ by, sort, top, budgets, period, nowMs, destination },
  });
  const hours = withHours ? hoursOf(received.cpuTime, period) : [];
  return render({ report, hours, neighbours: {} }, asked, terminal);
}

function tagOf(by: Grouping): Tag {
  if (by !== 'command') return by;
  throw new UsageError(
    'a database has no sums by command: it is no tag there',
    "--by user, program or host; by command from each machine's own journal",
  );
}

function assertSortable(sort: SortColumn, { unseenCpuTime }: Database): void {
  const unknown = sort === 'processes' || (sort === 'unseen' && unseenCpuTime === undefined);
  if (!unknown) return;
  throw new UsageError(
    `--sort ${sort}: that is not known from this server`,
    '--sort credits puts those first who spent the most',
  );
}
