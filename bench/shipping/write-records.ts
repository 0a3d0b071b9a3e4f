// The client alone in a process of its own, for `npm run bench:ship`: a file of lines, URL, database, and
// `at-once` as the client does by itself, or `one-by-one`, each batch after the one before.
import { InfluxDB } from '@influxdata/influxdb-client';
import { readFileSync } from 'node:fs';
import { measured } from './measured.js';

const BATCH = 5_000;

const [file = '', url = '', database = '', how = ''] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');

const api = new InfluxDB({ url }).getWriteApi('', '', 'ms', {
  ...{ maxRetries: 0, maxBufferLines: 0 },
  ...(how === 'one-by-one' ? { batchSize: BATCH + 1 } : {}),
});
api.path = `/write?db=${database}&precision=ms`;

await measured(async () => {
  if (how === 'one-by-one') {
    for (let at = 0; at < lines.length; at += BATCH) {
      api.writeRecords(lines.slice(at, at + BATCH));
      await api.flush();
    }
  } else api.writeRecords(lines);
  await api.close();
});
