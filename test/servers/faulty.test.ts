import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type Answerer, type FaultyServer, startFaultyServer } from './faulty.js';

const SERIES = 'cpu_credit,program=a\\ b,user=foo';
const LINE = `${SERIES} command="x y",pid=1i 1000`;

let server: FaultyServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function started(answer: Answerer): Promise<FaultyServer> {
  server = await startFaultyServer(answer);
  return server;
}

async function send(
  to: FaultyServer,
  init: { body: string | Buffer<ArrayBuffer>; headers?: Record<string, string> },
  withinMs = 5_000,
): Promise<Response> {
  const signal = AbortSignal.timeout(withinMs);
  return fetch(`${to.url}/write?db=x`, { method: 'POST', signal, ...init });
}

describe('a server that fails as it is told to', () => {
  test('stores the lines that it accepts, each series and timestamp once', async () => {
    const faulty = await started(() => ({ status: 204 }));
    const again = LINE.replace('pid=1i', 'pid=2i');
    const other = LINE.replace(' 1000', ' 1001');
    const body = gzipSync([LINE, again, other, ''].join('\n'));
    const response = await send(faulty, { body, headers: { 'content-encoding': 'gzip' } });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(faulty.points)).toEqual({
      [`${SERIES} 1000`]: again,
      [`${SERIES} 1001`]: other,
    });
    expect(faulty.requests).toMatchObject([
      { method: 'POST', path: '/write?db=x', lines: [LINE, again, other] },
    ]);
  });

  test('answers each request as it was told, and stores nothing that it refuses', async () => {
    const faulty = await started((_, count) => ({
      status: 500 + count,
      headers: { 'retry-after': '7' },
      body: 'no',
    }));
    await send(faulty, { body: LINE });
    const second = await send(faulty, { body: LINE });
    expect(second.status).toBe(502);
    expect(second.headers.get('retry-after')).toBe('7');
    expect(await second.text()).toBe('no');
    expect(faulty.points.size).toBe(0);
  });

  test('can store some lines of a batch that it refuses', async () => {
    const faulty = await started(({ lines }) => ({ status: 400, stored: lines.slice(0, 1) }));
    expect((await send(faulty, { body: `${LINE}\nbad` })).status).toBe(400);
    expect([...faulty.points.values()]).toEqual([LINE]);
  });

  test.each([
    ['reset', 0],
    ['reset after storing', 1],
  ] as const)('can %s', async (fault, stored) => {
    const faulty = await started(() => fault);
    await expect(send(faulty, { body: LINE })).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });
    expect(faulty.points.size).toBe(stored);
  });

  test('can hang', async () => {
    const faulty = await started(() => 'hang');
    await expect(send(faulty, { body: LINE }, 300)).rejects.toThrow('timeout');
    expect(faulty.requests).toHaveLength(1);
  });

  test('can drip', async () => {
    const faulty = await started(() => 'drip');
    const response = await send(faulty, { body: LINE }, 500);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('timeout');
  });

  test('ends connections that hang when it is stopped, and refuses new ones', async () => {
    let isHanging: () => void;
    const hanging = new Promise<void>((resolve) => (isHanging = resolve));
    const faulty = await started(() => {
      isHanging();
      return 'hang';
    });
    const hung = expect(send(faulty, { body: LINE })).rejects.toThrow('fetch failed');
    await hanging;
    await faulty.stop();
    await hung;
    await expect(send(faulty, { body: LINE })).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
  });

  test('tells the test what its answerer threw', async () => {
    const faulty = await startFaultyServer(() => {
      throw new Error('not expected');
    });
    await expect(send(faulty, { body: LINE })).rejects.toThrow('fetch failed');
    await expect(faulty.stop()).rejects.toThrow('not expected');
  });
});
