import { once } from 'node:events';
import { createServer } from 'node:net';
import { FOLLOWED_PROGRAM } from './populate.js';
import { type StartedTool, startTool, type ToolPlace } from './tools.js';

const INTERVAL_MS = 1_000;

/** Starts a process-exporter on a free port of this machine alone, and asks it each second. */
export async function startExporter(place: ToolPlace): Promise<StartedTool> {
  const address = `127.0.0.1:${await freePort()}`;
  const options = ['-procnames', FOLLOWED_PROGRAM, '-web.listen-address', address];
  const stop = await startTool(['prometheus-process-exporter', ...options], place);
  let answers = 0;
  // One that does not answer yet, or no more, is asked again in a second.
  const asking = setInterval(() => {
    void ask(`http://${address}/metrics`).then(
      () => (answers += 1),
      () => undefined,
    );
  }, INTERVAL_MS);
  return {
    ticks: () => Promise.resolve(answers),
    stop: async () => {
      clearInterval(asking);
      await stop();
    },
  };
}

async function ask(url: string): Promise<void> {
  const answer = await fetch(url);
  await answer.text();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  await once(server.close(), 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
