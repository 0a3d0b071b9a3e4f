import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { keyOf } from './stored-points.js';

const DRIP_MS = 100;

interface FaultyRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the body, uncompressed. */
  readonly lines: readonly string[];
}

/**
 * - `hang`: no answer, ever.
 * - `drip`: headers, and then one byte each 100 ms, for ever.
 * - `reset`: the connection is reset once the request is read.
 * - `reset after storing`: so too, but what was sent is stored: an acknowledgement that was lost.
 */
type Fault = 'hang' | 'drip' | 'reset' | 'reset after storing';

interface Response {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** The lines that are stored; where it is left out all of them with a status of 2xx, else none. */
  readonly stored?: readonly string[];
}

/** Decides what becomes of a request; `count` is 1 for the first. */
export type Answerer = (
  request: FaultyRequest,
  count: number,
) => Response | Fault | Promise<Response | Fault>;

export interface FaultyServer {
  readonly url: string;
  /** All that came, in order. */
  readonly requests: readonly FaultyRequest[];
  /** What is stored: the last line of each series and timestamp, by both with a space between. */
  readonly points: ReadonlyMap<string, string>;
  /** Ends all connections; afterwards they are refused. Throws what the answerer threw, if it did. */
  stop: () => Promise<void>;
}

/** An HTTP server that takes line protocol, plain or gzipped, and fails as the test wants it to. */
export async function startFaultyServer(answer: Answerer): Promise<FaultyServer> {
  const requests: FaultyRequest[] = [];
  const points = new Map<string, string>();
  const store = (lines: readonly string[]) => {
    for (const line of lines) points.set(keyOf(line), line);
  };
  const broken: unknown[] = [];
  const server = createServer((incoming, outgoing) => {
    readRequest(incoming).then(
      (request) => void respond(request, outgoing),
      () => outgoing.destroy(),
    );
  });

  async function respond(request: FaultyRequest, outgoing: ServerResponse): Promise<void> {
    try {
      const decided = await answer(request, requests.push(request));
      store(storedOf(decided, request));
      if (typeof decided === 'string') fail(decided, outgoing);
      else outgoing.writeHead(decided.status, decided.headers).end(decided.body);
    } catch (error) {
      broken.push(error);
      outgoing.destroy();
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    points,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      if (broken.length > 0) throw broken[0];
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<FaultyRequest> {
  const sent = await buffer(incoming);
  const body = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    lines: body
      .toString()
      .split('\n')
      .filter((line) => line !== ''),
  };
}

function storedOf(decided: Response | Fault, { lines }: FaultyRequest): readonly string[] {
  if (decided === 'reset after storing') return lines;
  if (typeof decided === 'string') return [];
  const isAccepted = decided.status >= 200 && decided.status < 300;
  return decided.stored ?? (isAccepted ? lines : []);
}

function fail(fault: Fault, outgoing: ServerResponse): void {
  if (fault === 'drip') drip(outgoing);
  else if (fault !== 'hang') outgoing.socket?.resetAndDestroy();
}

function drip(outgoing: ServerResponse): void {
  outgoing.writeHead(200).flushHeaders();
  const timer = setInterval(() => outgoing.write('.'), DRIP_MS);
  outgoing.once('close', () => {
    clearInterval(timer);
  });
}
