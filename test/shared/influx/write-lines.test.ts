import { afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/shared/influx/connection.js';
import { writeLines } from '../../../src/shared/influx/write-lines.js';
import { type Answerer, type FaultyServer, startFaultyServer } from '../../servers/faulty.js';

const NEVER = new AbortController().signal;
const LINES = ['m,host=a v=1 1000', 'm,host=b v=2 1000'];
const TEXT = LINES.join('\n');

let server: FaultyServer;
afterEach(async () => {
  await server.stop();
});

async function connect(answer: Answerer, fields: Partial<Connection> = {}): Promise<Connection> {
  server = await startFaultyServer(answer);
  return {
    ...{ server: 'influxdb', url: server.url, target: { api: 'v1', database: 'psusage' } },
    ...{ authorization: undefined, secrets: [] },
    ...fields,
  };
}

const answerTo = async (answer: Answerer) => writeLines(await connect(answer), TEXT, NEVER, 300);

describe('lines', () => {
  it('are sent in one request, with the time in milliseconds, and acknowledged by 204 and 201', async () => {
    for (const status of [204, 201]) {
      expect(await answerTo(() => ({ status }))).toEqual({ kind: 'acknowledged' });
      expect(server.requests.map(({ path, lines }) => ({ path, lines }))).toEqual([
        { path: '/write?db=psusage&precision=ms', lines: LINES },
      ]);
      await server.stop();
    }
  });

  it('go to the path of each kind of server, with what proves who sends them', async () => {
    const target = { api: 'v2', org: 'my org', bucket: 'db/rp' } as const;
    const connection = await connect(() => ({ status: 204 }), {
      ...{ target, authorization: 'Token s3cret', secrets: ['s3cret'] },
    });
    await writeLines(connection, TEXT, NEVER);
    const [request] = server.requests;
    expect(request?.path).toBe('/api/v2/write?org=my%20org&bucket=db%2Frp&precision=ms');
    expect(request?.headers.authorization).toBe('Token s3cret');
  });

  it('are not taken for stored when a web server says 200 to anything', async () => {
    const answer = await answerTo(() => ({
      status: 200,
      body: '<html>Welcome</html>',
      stored: [],
    }));
    expect(answer).toMatchObject({
      ...{ kind: 'misconfigured', words: '200 instead of 204' },
    });
  });
});

describe('an answer', () => {
  it('of InfluxDB 3 to a bad line names it, with what is wrong with it', async () => {
    // As its documentation on partial writes shows it.
    const data = [
      {
        original_line: 'm,host=b v=2 1000',
        line_number: 2,
        error_message:
          "invalid column type for column 'v', expected iox::column_type::field::float",
      },
    ];
    const error = 'partial write of line protocol occurred';
    expect(await answerTo(() => ({ status: 400, body: JSON.stringify({ error, data }) }))).toEqual({
      kind: 'refused',
      status: 400,
      words: `400 Bad Request: ${error}`,
      badLines: [{ index: 1, words: `400 Bad Request: ${data[0]?.error_message}` }],
    });
  });

  it.each([null, [], {}, [null], [{ line_number: '2' }], 'x'])(
    'of 400 with %j for the lines names none',
    async (data) => {
      const answer = await answerTo(() => ({ status: 400, body: JSON.stringify({ data }) }));
      expect(answer).toMatchObject({ kind: 'refused', badLines: [] });
    },
  );

  it.each([408, 425, 429, 500, 502, 503, 504])('of %i means later', async (status) => {
    expect(await answerTo(() => ({ status, body: 'try again' }))).toMatchObject({
      ...{ kind: 'later', retryAfterMs: undefined },
    });
  });

  it('that asks for patience says for how long, in seconds', async () => {
    const headers = { 'retry-after': '7' };
    expect(await answerTo(() => ({ status: 429, headers }))).toMatchObject({ retryAfterMs: 7_000 });
    await server.stop();
    const date = { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' };
    expect(await answerTo(() => ({ status: 503, headers: date }))).toMatchObject({
      retryAfterMs: undefined,
    });
  });

  it.each([400, 422])('of %i means that some line is bad', async (status) => {
    const body = JSON.stringify({ error: "unable to parse 'm v=': missing field value" });
    expect(await answerTo(() => ({ status, body }))).toEqual({
      ...{ kind: 'refused', status, badLines: [] },
      words: expect.stringContaining("unable to parse 'm v=': missing field value") as string,
    });
  });

  it.each([
    'partial write: points beyond retention policy dropped=1',
    'unexpected error writing points to database: field type conflict',
  ])('of 500 that speaks of points means that some point is bad: %s', async (error) => {
    const answer = await answerTo(() => ({ status: 500, body: JSON.stringify({ error }) }));
    expect(answer).toMatchObject({ kind: 'refused', status: 500 });
  });

  it.each([
    'unexpected error writing points to database: timeout',
    'no healthy upstream endpoints',
  ])('of 500 that only seems to speak of points means later: %s', async (body) => {
    expect(await answerTo(() => ({ status: 500, body }))).toMatchObject({
      ...{ kind: 'later', status: 500 },
    });
  });

  it('of a web server is told in few words', async () => {
    const body = `<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head>${'<p>x</p>'.repeat(999)}`;
    expect(await answerTo(() => ({ status: 404, body }))).toMatchObject({
      words: '404 Not Found',
    });
    await server.stop();
    const long = await answerTo(() => ({ status: 500, body: `a\n\tb ${'x'.repeat(9_999)}` }));
    expect(long).toMatchObject({
      words: expect.stringMatching(/^500 Internal Server Error: a b x{296}$/) as string,
    });
  });

  it.each([
    ['its status', '404 page not found\n', '404 Not Found: page not found'],
    ['its status and no more', 'Not Found', '404 Not Found'],
    ['what its status says', '{"error":"not found"}', '404 Not Found'],
  ])('that repeats %s is told once', async (_, body, words) => {
    expect(await answerTo(() => ({ status: 404, body }))).toMatchObject({ words });
  });

  it('that redirects names its target without a secret, and where that belongs', async () => {
    const to = (location: string) =>
      answerTo(() => ({ status: 308, headers: { location }, body: '<html>moved</html>' }));
    expect(await to('https://a:s3cret@influx.example.com/db/write?db=x&token=s3cret')).toEqual({
      kind: 'misconfigured',
      words: '308 Permanent Redirect to https://influx.example.com/db/write',
      hint: 'Redirects are not followed: give the address of the server itself with --url',
    });
    await server.stop();
    expect(await to('/login?next=1')).toMatchObject({ words: '308 Permanent Redirect to /login' });
  });

  it('of 413 means that the request is too large', async () => {
    expect(await answerTo(() => ({ status: 413 }))).toMatchObject({
      kind: 'too large',
      status: 413,
    });
  });

  it.each([401, 403, 404, 301, 405])(
    'of %i means that something must be set right',
    async (status) => {
      expect(await answerTo(() => ({ status }))).toMatchObject({ kind: 'misconfigured' });
    },
  );

  it('of 500 that speaks of a retention policy does not pass by waiting', async () => {
    const body = JSON.stringify({ error: 'retention policy not found: nope' });
    expect(await answerTo(() => ({ status: 500, body }))).toMatchObject({
      ...{
        kind: 'misconfigured',
        words: '500 Internal Server Error: retention policy not found: nope',
      },
    });
  });

  it('holds no secret, even where the server repeats it', async () => {
    const connection = await connect(() => ({ status: 401, body: 'no such token: s3cret' }), {
      ...{ authorization: 'Token s3cret', secrets: ['s3cret'] },
    });
    const answer = await writeLines(connection, TEXT, NEVER);
    expect(JSON.stringify(answer)).not.toContain('s3cret');
    expect(answer).toMatchObject({ words: '401 Unauthorized: no such token: …' });
  });
});

describe('no answer', () => {
  it.each(['hang', 'drip'] as const)(
    'from a server that would %s for ever is waited for no longer than the limit',
    async (fault) => {
      expect(await answerTo(() => fault)).toEqual({
        ...{ kind: 'later', words: 'no answer within 0.3 s', retryAfterMs: undefined },
      });
    },
  );

  it.each(['reset', 'reset after storing'] as const)('after a %s means later', async (fault) => {
    expect(await answerTo(() => fault)).toMatchObject({ kind: 'later' });
  });

  it('from where nobody listens means later, and says so', async () => {
    const connection = await connect(() => 'reset');
    await server.stop();
    expect(await writeLines(connection, TEXT, NEVER)).toMatchObject({
      ...{ kind: 'later', words: expect.stringContaining('ECONNREFUSED') as string },
    });
  });

  it('is waited for once the run is told to stop', async () => {
    const connection = await connect(() => 'hang');
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort();
    }, 50);
    expect(await writeLines(connection, TEXT, stop.signal)).toMatchObject({
      words: 'interrupted',
    });
  });
});
