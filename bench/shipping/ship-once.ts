// One run of shipping in a process of its own, for `npm run bench:ship`: journal, URL, database.
import { runShip } from '../../src/record/ship/run-ship.js';
import type { Connection } from '../../src/shared/influx/connection.js';
import { keepHeapSmall } from '../../src/shared/small-heap.js';
import { measured } from './measured.js';

const [journal = '', url = '', database = ''] = process.argv.slice(2);
const connection: Connection = {
  ...{ server: 'influxdb', url, target: { api: 'v1', database } },
  ...{ authorization: undefined, secrets: [] },
};
const output = { print: () => undefined, warn: () => undefined, terminal: undefined };
keepHeapSmall();
await measured(() =>
  runShip(
    {
      ...{ journal, connection, host: 'bench', hostname: 'bench', batchSize: 5_000 },
      ...{ maxTimeMs: 600_000, sinceMs: 0, again: undefined, retryRefused: false },
    },
    output,
    new AbortController().signal,
  ),
);
