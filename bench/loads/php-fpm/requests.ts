import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { between, waiting, type Random } from '../random.js';
import type { PhpFpm } from './server.js';

const run = promisify(execFile);

/** Longer than the longest request waits for a worker and burns. */
const REQUEST_LIMIT_MS = 30_000;

/** How a user's visitors come: bursts of requests, and pauses in which workers may go. */
export interface Traffic {
  readonly userName: string;
  readonly burst: { readonly low: number; readonly high: number };
  readonly script: 'burn.php' | 'background.php';
  /** CPU time that a request burns. */
  readonly requestMs: { readonly low: number; readonly high: number };
  /** Mean time between the end of a burst's sending and the next burst. */
  readonly pauseMs: number;
}

export interface RequestCounts {
  sent: number;
  failed: number;
  /** What the requests were told to burn in all. */
  askedMs: number;
}

/** Sends a user's requests for `seconds`, and waits for the last answer. */
export async function sendRequests(
  server: PhpFpm,
  traffic: Traffic,
  random: Random,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<RequestCounts> {
  const counts: RequestCounts = { sent: 0, failed: 0, askedMs: 0 };
  const answers: Promise<void>[] = [];
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    for (let left = between(random, traffic.burst.low, traffic.burst.high); left > 0; left--) {
      const burnMs = between(random, traffic.requestMs.low, traffic.requestMs.high);
      counts.sent++;
      counts.askedMs += burnMs;
      answers.push(
        request(server, traffic, burnMs).catch(() => {
          counts.failed++;
        }),
      );
      await sleep(between(random, 0, 200), undefined, { signal });
    }
    const pauseMs = waiting(random, traffic.pauseMs);
    await sleep(Math.min(pauseMs, endMs - performance.now()), undefined, { signal });
  }
  await Promise.all(answers);
  return counts;
}

async function request(
  server: PhpFpm,
  { userName, script }: Traffic,
  burnMs: number,
): Promise<void> {
  const { stdout } = await run('cgi-fcgi', ['-bind', '-connect', server.socketOf(userName)], {
    timeout: REQUEST_LIMIT_MS,
    env: {
      PATH: process.env['PATH'],
      SCRIPT_FILENAME: join(server.folder, script),
      QUERY_STRING: `ms=${burnMs}`,
      REQUEST_METHOD: 'GET',
    },
  });
  if (!stdout.endsWith('burned')) throw new Error(`php-fpm answered: ${stdout}`);
}
