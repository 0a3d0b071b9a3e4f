import { type Connection, formatDestination } from '../shared/influx/connection.js';
import { readConnection } from '../shared/influx/read-connection.js';
import { findWarnings } from '../shared/influx/warnings.js';
import { writeToStderr } from '../shared/stderr.js';
import type { CommandResult } from './command-result.js';
import { partShown } from './formats/render.js';
import type { Tag } from './data/influx/database.js';
import { influxdb } from './data/influx/influxdb.js';
import { receive } from './data/influx/receive.js';
import { victoriaMetrics } from './data/influx/victoria-metrics.js';
import { readPeriod } from './data/period.js';
import { readTimeZone } from './data/time-zone.js';
import { toHours, summariseFleet } from './models/fleet.js';
import type { ReportQuery } from './query.js';
import { renderDay } from './render-day.js';
import type { Terminal } from './terminal.js';

/** What was spent on all machines that ship to a database. */
export type FleetQuery = Pick<
  ReportQuery<Tag>,
  | 'server'
  | 'days'
  | 'timeZone'
  | 'format'
  | 'by'
  | 'sort'
  | 'top'
  | 'budgets'
  | 'verbose'
  | 'check'
>;

const DATABASES = { influxdb, victoriametrics: victoriaMetrics } as const;

/**
 * The report of all hosts that ship to a server, ready to be printed. No journal is opened.
 *
 * @throws UsageError when the days or the time zone can't be
 * @throws PsusageError QUERY when the server does not answer, or says no
 */
export function makeFleet(
  query: FleetQuery,
  nowMs: number,
  terminal: Terminal,
): Promise<CommandResult> {
  const connection = readConnection(query.server, process.env);
  writeToStderr(
    'warn',
    findWarnings(connection).map((warning) => `psusage: ${warning}`),
  );
  return makeFleetFrom(connection, query, nowMs, terminal);
}

/** The same of a server that is known already. */
export async function makeFleetFrom(
  connection: Connection,
  query: Omit<FleetQuery, 'server'>,
  nowMs: number,
  terminal: Terminal,
): Promise<CommandResult> {
  const { by, days, format } = query;
  const database = DATABASES[connection.server](connection);
  const timeZone = await readTimeZone(query.timeZone);
  const period = readPeriod(days, nowMs, timeZone, () => undefined);
  const withHours = partShown(format) === 'document';
  const received = await receive(database, by, period, withHours);
  const destination = formatDestination(connection);
  const report = summariseFleet(received, { ...query, period, nowMs, destination });
  const usageByHour = withHours ? toHours(received.cpuTime, period) : [];
  return renderDay({ ...report, usageByHour, busiestHour: null, nearest: {} }, query, terminal);
}
