import type { Connection } from '../../../shared/influx/connection.js';
import { askMetricsql, quoted } from '../../../shared/influx/metricsql.js';
import { MS_PER_SECOND } from '../../../shared/units.js';
import type { Buckets } from './buckets.js';
import { toCpuMs, type Database, type Sum, type Tag } from './database.js';

/**
 * A VictoriaMetrics. Which CPU time is unseen it can't tell: each field is a series of its own there, and
 * nothing multiplies two of them sample by sample.
 */
export function victoriaMetrics(connection: Connection): Database {
  return {
    cpuTime: (tag, buckets) => readSums(connection, tag, buckets),
    unseenCpuTime: undefined,
  };
}

/** A range looks back from its moment, which belongs to it: the last millisecond of each bucket. */
async function readSums(connection: Connection, tag: Tag, buckets: Buckets): Promise<Sum[]> {
  const { fromMs, stepMs, count } = buckets;
  const series = `cpu_credit_cpu_seconds{db=${quoted(databaseName(connection))}}`;
  const expression = `sum by (${tag}) (sum_over_time(${series}[${stepMs / MS_PER_SECOND}s]))`;
  const moments = { firstMs: fromMs + stepMs - 1, stepMs, count };
  const groups = await askMetricsql(connection, expression, moments, tag);
  return groups.flatMap(({ name, values }) =>
    values.map(({ timeMs, value }): Sum => ({
      name,
      fromMs: timeMs + 1 - stepMs,
      cpuMs: toCpuMs(value),
    })),
  );
}

/** Series have the label only when they were written to a database; an empty one means that it is not there. */
function databaseName({ target }: Connection): string {
  return target.api === 'v1' ? target.database : '';
}
