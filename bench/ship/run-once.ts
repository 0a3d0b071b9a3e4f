// One run in a process of its own, for `npm run bench:ship`: how, journal or file of lines, URL, database.
// Prints what it took, without the start of the process, as one line of JSON.
import { subscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { InfluxDB } from '@influxdata/influxdb-client';
import { HEAP_GROWING_PERCENT } from '../../src/record/ship/ship.js';
import { runShip } from '../../src/record/ship/run-ship.js';
import type { Connection } from '../../src/shared/influx/connection.js';
import { keepHeapSmall } from '../../src/shared/small-heap.js';

/** What a run took. */
export interface Took {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The most that the process ever held. */
  readonly memoryMiB: number;
  readonly requests: number;
}

/** `psusage ship`, or the client alone: as it does by itself, or each batch after the one before. */
export type How = 'shipped' | 'at-once' | 'one-by-one';

const BATCH = 5_000;

const [how = '', file = '', url = '', database = ''] = process.argv.slice(2);
const work = how === 'shipped' ? prepareShip() : prepareClient(how === 'one-by-one');
let requests = 0;
subscribe('http.client.request.start', () => (requests += 1));
const [startedMs, before] = [performance.now(), process.cpuUsage()];
await work();
const { user, system } = process.cpuUsage(before);
const took: Took = {
  wallMs: performance.now() - startedMs,
  cpuMs: (user + system) / 1_000,
  memoryMiB: process.resourceUsage().maxRSS / 1_024,
  requests,
};
console.log(JSON.stringify(took));

function prepareShip(): () => Promise<unknown> {
  const connection: Connection = {
    ...{ server: 'influxdb', url, target: { api: 'v1', database } },
    ...{ authorization: undefined, secrets: [] },
  };
  const output = { print: () => undefined, warn: () => undefined, terminal: undefined };
  const options = {
    ...{ journal: file, connection, host: 'bench', hostname: 'bench', batchSize: BATCH },
    ...{
      maxTimeMs: 600_000,
      sinceMs: 0,
      resend: undefined,
      retryRefused: false,
      remindEveryMs: undefined,
      nowMs: () => Date.now(),
    },
  };
  keepHeapSmall(HEAP_GROWING_PERCENT);
  return () => runShip(options, output, new AbortController().signal);
}

function prepareClient(isOneByOne: boolean): () => Promise<void> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const answered = new EventEmitter();
  const all = once(answered, 'all');
  let acknowledged = 0;
  const api = new InfluxDB({ url }).getWriteApi('', '', 'ms', {
    ...{ maxRetries: 0, maxBufferLines: 0 },
    writeSuccess: (sent) => {
      acknowledged += sent.length;
      if (acknowledged === lines.length) answered.emit('all');
    },
    ...(isOneByOne ? { batchSize: BATCH + 1 } : {}),
  });
  api.path = `/write?db=${database}&precision=ms`;
  return async () => {
    for (let at = 0; isOneByOne && at < lines.length; at += BATCH) {
      api.writeRecords(lines.slice(at, at + BATCH));
      await api.flush();
    }
    if (!isOneByOne) api.writeRecords(lines);
    await api.close();
    // Closing waits for the last of its requests alone, which may be answered before others.
    await all;
  };
}
