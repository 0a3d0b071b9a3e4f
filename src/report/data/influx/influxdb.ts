import type { Connection } from '../../../shared/influx/connection.js';
import { askInfluxql } from '../../../shared/influx/influxql.js';
import type { Buckets } from './buckets.js';
import { toCpuMs, type Database, type Sum, type Tag } from './database.js';

/** An InfluxDB, queried in InfluxQL, which all its versions understand. */
export function influxdb(connection: Connection): Database {
  const sums = async (tag: Tag, buckets: Buckets, condition: string): Promise<Sum[]> => {
    const groups = await askInfluxql(connection, formatStatement(tag, buckets, condition), tag);
    return groups.flatMap(({ name, values }) =>
      values.map(({ timeMs, value }): Sum => ({
        name,
        // Of one bucket alone a server may say any time.
        fromMs: buckets.count === 1 ? buckets.fromMs : timeMs,
        cpuMs: toCpuMs(value),
      })),
    );
  };
  return {
    cpuTime: (tag, buckets) => sums(tag, buckets, ''),
    unseenCpuTime: (tag, buckets) => sums(tag, buckets, ' AND "unseen" = true'),
  };
}

/** `user` is a word of the language, so names are in quotes. */
function formatStatement(tag: Tag, { fromMs, stepMs, count }: Buckets, condition: string): string {
  const toMs = fromMs + count * stepMs;
  const offsetMs = fromMs % stepMs;
  const time = count === 1 ? '' : `time(${stepMs}ms, ${offsetMs}ms), `;
  return (
    'SELECT sum("cpu_seconds") FROM "cpu_credit"' +
    ` WHERE time >= ${fromMs}ms AND time < ${toMs}ms${condition}` +
    ` GROUP BY ${time}"${tag}" fill(none)`
  );
}
