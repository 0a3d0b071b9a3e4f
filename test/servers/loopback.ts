import { createServer } from 'node:net';

/**
 * A loopback address of this process alone. Nobody else asks for its ports, and no connection starts from
 * it: a server that was killed finds its port free again, and tests that run beside each other never meet.
 */
export const OWN_ADDRESS = addressOf(process.pid);

const given = new Set<number>();

/** A port of that address that is free and was not given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await anyFreePort();
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

/** A pid has 22 bits at most. */
function addressOf(pid: number): string {
  return `127.${1 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`;
}

function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, OWN_ADDRESS, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('a server that listens has no port'));
      });
    });
  });
}
