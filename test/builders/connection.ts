import type { Connection } from '../../src/shared/influx/connection.js';

/** A connection to the database `psusage` of an InfluxDB 1.x without credentials, unless said otherwise. */
export function connectionTo(url: string, fields: Partial<Connection> = {}): Connection {
  return {
    server: 'influxdb',
    url,
    target: { api: 'v1', database: 'psusage' },
    authorization: undefined,
    secrets: [],
    ...fields,
  };
}
