import { afterEach, expect, test, vi } from 'vitest';
import type { Connection } from '../../../src/shared/influx/connection.js';
import { askInfluxql } from '../../../src/shared/influx/influxql.js';
import { askMetricsql } from '../../../src/shared/influx/metricsql.js';
import { query } from '../../../src/shared/influx/query.js';
import { connectionTo } from '../../builders/connection.js';
import { type Answerer, type FaultyServer, startFaultyServer } from '../../servers/faulty.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const MOMENTS = { firstMs: 999, stepMs: 1_000, count: 1 };

let server: FaultyServer | undefined;

afterEach(async () => {
  vi.useRealTimers();
  await server?.stop();
  server = undefined;
});

async function serving(answer: Answerer): Promise<Connection> {
  server = await startFaultyServer(answer);
  return connectionTo(server.url, { authorization: 'Basic s3cr3t', secrets: ['s3cr3t'] });
}

const answering = (body: unknown, status = 200) =>
  serving(() => ({ status, headers: JSON_TYPE, body: JSON.stringify(body) }));

const influxql = (connection: Connection) => askInfluxql(connection, 'SELECT 1', 'user');
const metricsql = (connection: Connection) => askMetricsql(connection, 'up', MOMENTS, 'user');

test('a question goes with the credentials that are written with', async () => {
  const connection = await answering({ results: [{}] });
  expect(await influxql(connection)).toEqual([]);
  expect(server?.requests).toMatchObject([
    {
      method: 'GET',
      path: '/query?epoch=ms&q=SELECT+1&db=psusage',
      headers: { authorization: 'Basic s3cr3t' },
    },
  ]);
});

test('a question that is redirected is told where to', async () => {
  const location = 'https://influx.example.com/query?q=1';
  const connection = await serving(() => ({ status: 302, headers: { location } }));
  await expect(influxql(connection)).rejects.toMatchObject({
    message: `${connection.url} database psusage: 302 Found to https://influx.example.com/query`,
    hint: 'Redirects are not followed: give the address of the server itself with --url',
  });
});

test('names in a question stay what they are', async () => {
  const connection = await answering({ results: [{}] });
  await influxql({ ...connection, target: { api: 'v1', database: 'a b&q=DROP "x"' } });
  await influxql({ ...connection, target: { api: 'v2', org: 'o', bucket: 'db/r&p' } });
  const asked = server?.requests.map(({ path }) => new URL(path, 'http://x').searchParams);
  expect(asked?.map((params) => [...params])).toEqual([
    [
      ['epoch', 'ms'],
      ['q', 'SELECT 1'],
      ['db', 'a b&q=DROP "x"'],
    ],
    [
      ['epoch', 'ms'],
      ['q', 'SELECT 1'],
      ['db', 'db'],
      ['rp', 'r&p'],
    ],
  ]);
});

test.each([
  [401, 'check the token, or the user name and password'],
  [403, 'check that this token or user may read there'],
  [404, 'check --server'],
  [408, "reads this machine's journal"],
  [503, "reads this machine's journal"],
])('status %i is a failure in the words of the server, with a hint', async (status, hint) => {
  const connection = await answering({ error: 'no, not s3cr3t\u001b[2J' }, status);
  await expect(query(connection, '/query')).rejects.toMatchObject({
    code: 'QUERY',
    message: expect.stringMatching(
      new RegExp(`^${connection.url} database psusage: ${status} .*: no, not …\u{fffd}\\[2J$`, 'u'),
    ) as string,
    hint: expect.stringMatching(new RegExp(hint.replace('?', '\\?'), 'i')) as string,
  });
});

test('a server that is not there is a failure that can pass', async () => {
  const connection = await answering({});
  await server?.stop();
  await expect(query(connection, '/query')).rejects.toMatchObject({
    code: 'QUERY',
    message: expect.stringContaining('ECONNREFUSED') as string,
    hint: expect.stringContaining('server is running') as string,
  });
});

test.each(['hang', 'drip'] as const)(
  'a server that would %s is given up after 30 s',
  async (fault) => {
    let isAsked: () => void;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const connection = await serving(() => {
      isAsked();
      return fault;
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = expect(query(connection, '/query')).rejects.toThrow('no answer within 30 s');
    await asked;
    vi.advanceTimersByTime(30_000);
    await answer;
  },
);

test('a no with status 200 is a failure too', async () => {
  const connection = await answering({
    results: [{ statement_id: 0, error: 'database not found: s3cr3t' }],
  });
  await expect(influxql(connection)).rejects.toMatchObject({
    code: 'QUERY',
    message: `${connection.url} database psusage: database not found: …`,
    hint: expect.stringContaining('Name an existing one') as string,
  });
});

const SERIES = { name: 'x', tags: { user: 'a' }, columns: ['time', 'sum'], values: [[0, 1.5]] };
const VECTOR = { metric: { user: 'a' }, values: [[0.999, '1.5']] };

test('an answer becomes a group for each value of the tag', async () => {
  const connection = await answering({ results: [{ series: [SERIES] }] });
  expect(await influxql(connection)).toEqual([{ name: 'a', values: [{ timeMs: 0, value: 1.5 }] }]);
});

test('an answer becomes a group for each value of the label', async () => {
  const connection = await answering({
    status: 'success',
    data: { resultType: 'matrix', result: [VECTOR, { ...VECTOR, metric: {} }] },
  });
  const values = [{ timeMs: 999, value: 1.5 }];
  expect(await metricsql(connection)).toEqual([
    { name: 'a', values },
    { name: '', values },
  ]);
});

test.each([
  [{}],
  [{ results: [] }],
  [{ results: 'x' }],
  [{ results: [{ series: [{ ...SERIES, tags: {} }] }] }],
  [{ results: [{ series: [{ ...SERIES, values: [[0, null]] }] }] }],
  [{ results: [{ series: [{ ...SERIES, values: undefined }] }] }],
  [{ results: [{ series: [{ ...SERIES, partial: true }] }] }],
  ['text'],
])('an answer of another form is none: %j', async (body) => {
  await expect(influxql(await answering(body))).rejects.toMatchObject({
    message: expect.stringContaining('not the result of a query') as string,
    hint: expect.stringContaining('--server') as string,
  });
});

test.each([
  [{}],
  [{ data: {} }],
  [{ data: { result: [VECTOR] }, isPartial: true }],
  [{ data: { result: [{ ...VECTOR, values: [[0, 'NaN']] }] } }],
  [{ data: { result: [{ metric: {} }] } }],
])('an answer of another form is none to MetricsQL either: %j', async (body) => {
  await expect(metricsql(await answering(body))).rejects.toThrow('not the result of a query');
});

test.each([
  [{ 'content-type': 'text/html' }, '<html>'],
  [JSON_TYPE, '<html>'],
])('a page is no answer', async (headers, body) => {
  const connection = await serving(() => ({ status: 200, headers, body }));
  await expect(influxql(connection)).rejects.toThrow('not the result of a query');
});
