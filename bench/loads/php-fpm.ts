import { execFile } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { between, type Random, seededRandom, waiting } from '../../test/random.js';
import { startProcess, type StartedProcess } from '../shared/start-process.js';
import { LINGER_SECONDS, type Load, LOAD_GRACE_SECONDS } from './load.js';
import type { LoadOutcome, LoadPlace } from './load.js';

const run = promisify(execFile);

/** Burns as many milliseconds of CPU as `ms` says, ten seconds at most. */
const BURN = `<?php
function cpuMs(): float
{
    $usage = getrusage();
    return ($usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']) * 1e3
        + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e3;
}

$end = cpuMs() + min(10000, (int) ($_GET['ms'] ?? 0));
while (cpuMs() < $end) {
    for ($i = 0, $sum = 0; $i < 2000; $i++) {
        $sum += $i;
    }
}
echo 'burned';
`;

/** Sends a job to the background that burns as much, and answers at once. */
const BACKGROUND = `<?php
$ms = min(10000, (int) ($_GET['ms'] ?? 0));
$job = escapeshellarg("import time\\nwhile time.process_time() * 1000 < $ms: pass");
exec("python3 -I -S -c $job > /dev/null 2>&1 &");
echo 'burned';
`;

const MAX_WORKERS_PER_POOL = 4;
const START_LIMIT_MS = 5_000;

/** A worker without a request for that long is ended by the master, which looks once a second. */
const IDLE_TIMEOUT_SECONDS = 2;

/** Longer than the longest request waits for a worker and burns. */
const REQUEST_LIMIT_MS = 30_000;

/** Idle workers are ended one a pool and second; jobs in the background compete with all else on the machine. */
const CHILDREN_GONE_LIMIT_MS = 45_000;

/** How a user's visitors come: bursts of requests, and pauses in which workers may go. */
interface Traffic {
  readonly userName: string;
  readonly script: 'burn.php' | 'background.php';
  readonly burst: { readonly low: number; readonly high: number };
  /** CPU time that a request burns. */
  readonly requestMs: { readonly low: number; readonly high: number };
  /** Mean time between the end of a burst's sending and the next burst. */
  readonly pauseMs: number;
}

/** A real php-fpm, one master and on-demand workers of three users, the first the busiest. */
export const phpFpmLoad: Load = {
  name: 'php-fpm',
  programs: ['php-fpm'],
  run: (place) => {
    const [a, b, c] = place.users;
    const script = 'burn.php';
    const upTo = (high: number): Traffic['burst'] => ({ low: 1, high });
    const [short, long] = [
      { low: 5, high: 80 },
      { low: 50, high: 600 },
    ];
    return serve(place, [
      { userName: a.name, script, burst: upTo(5), requestMs: long, pauseMs: 2_500 },
      { userName: b.name, script, burst: upTo(3), requestMs: long, pauseMs: 4_000 },
      { userName: c.name, script, burst: upTo(2), requestMs: short, pauseMs: 6_000 },
    ]);
  },
};

/** The same, where the second user's requests send jobs to the background and answer at once. */
export const phpFpmJobsLoad: Load = {
  name: 'php-fpm-jobs',
  programs: ['php-fpm'],
  run: (place) => {
    const burst = { low: 1, high: 2 };
    const requestMs = { low: 50, high: 4_000 };
    const userName = place.users[1].name;
    return serve(place, [{ userName, script: 'background.php', burst, requestMs, pauseMs: 3_000 }]);
  },
};

async function serve(place: LoadPlace, traffic: readonly Traffic[]): Promise<LoadOutcome> {
  const { seed, signal } = place;
  const master = await startPhpFpm(place);
  try {
    const counts = await Promise.all(
      traffic.map((each, at) => sendRequests(each, seededRandom(seed + at), place)),
    );
    await sleep(IDLE_TIMEOUT_SECONDS * 1000, undefined, { signal });
    await waitForChildren(master, place);
    await sleep(LINGER_SECONDS * 1000, undefined, { signal });
    master.kill('SIGQUIT');
    await master.exited;
    return { topPid: master.pid, note: counts.join(', ') };
  } finally {
    master.kill('SIGTERM');
    await master.exited;
  }
}

/** Starts a php-fpm with an on-demand pool for each user, everything it needs in the folder. */
async function startPhpFpm({ folder, users, cgroup, seconds }: LoadPlace): Promise<StartedProcess> {
  await writeFile(join(folder, 'burn.php'), BURN);
  await writeFile(join(folder, 'background.php'), BACKGROUND);
  const config = join(folder, 'php-fpm.conf');
  const pools = users.map(({ name }) => formatPool(name, socketIn(folder, name)));
  const log = `[global]\nerror_log = ${join(folder, 'php-fpm.log')}\n`;
  await writeFile(config, [log, ...pools].join('\n'));
  const command = [await findPhpFpm(), '--nodaemonize', '--no-php-ini', '--fpm-config', config];
  const master = await startProcess(command, {
    ...{ cgroup, limitSeconds: seconds + LOAD_GRACE_SECONDS },
    output: openSync(join(folder, 'php-fpm.out'), 'a'),
  });
  const deadlineMs = performance.now() + START_LIMIT_MS;
  while (!users.every(({ name }) => existsSync(socketIn(folder, name)))) {
    if (performance.now() < deadlineMs) await sleep(50);
    else {
      master.kill('SIGTERM');
      throw new Error('php-fpm did not open its sockets');
    }
  }
  return master;
}

function socketIn(folder: string, userName: string): string {
  return join(folder, `${userName}.sock`);
}

function formatPool(name: string, socket: string): string {
  return `[${name}]
user = ${name}
group = ${name}
listen = ${socket}
pm = ondemand
pm.max_children = ${MAX_WORKERS_PER_POOL}
pm.process_idle_timeout = ${IDLE_TIMEOUT_SECONDS}s
`;
}

/** Debian puts the version into the name. */
async function findPhpFpm(): Promise<string> {
  const [first] = (await readdir('/usr/sbin')).filter((name) => name.startsWith('php-fpm')).sort();
  if (first === undefined) throw new Error('there is no php-fpm in /usr/sbin');
  return join('/usr/sbin', first);
}

/** Sends a user's requests for the load's time, waits for the last answer, and counts them in words. */
async function sendRequests(
  traffic: Traffic,
  random: Random,
  { folder, seconds, signal }: LoadPlace,
): Promise<string> {
  const { burst, requestMs } = traffic;
  const failures: Promise<number>[] = [];
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    for (let left = between(random, burst.low, burst.high); left > 0; left--) {
      const burnMs = between(random, requestMs.low, requestMs.high);
      failures.push(
        request(folder, traffic, burnMs).then(
          () => 0,
          () => 1,
        ),
      );
      await sleep(between(random, 0, 200), undefined, { signal });
    }
    const pauseMs = waiting(random, traffic.pauseMs);
    await sleep(Math.min(pauseMs, endMs - performance.now()), undefined, { signal });
  }
  const failed = (await Promise.all(failures)).reduce((sum, each) => sum + each, 0);
  return `${traffic.userName}: ${failures.length} requests, ${failed} failed`;
}

async function request(
  folder: string,
  { userName, script }: Traffic,
  burnMs: number,
): Promise<void> {
  const { stdout } = await run('cgi-fcgi', ['-bind', '-connect', socketIn(folder, userName)], {
    timeout: REQUEST_LIMIT_MS,
    env: {
      PATH: process.env['PATH'],
      SCRIPT_FILENAME: join(folder, script),
      QUERY_STRING: `ms=${burnMs}`,
      REQUEST_METHOD: 'GET',
    },
  });
  if (!stdout.endsWith('burned')) throw new Error(`php-fpm answered: ${stdout}`);
}

/** Idle workers end; jobs in the background are nobody's children, but the cgroup has them. */
async function waitForChildren(
  master: StartedProcess,
  { cgroup, signal }: LoadPlace,
): Promise<void> {
  const deadlineMs = performance.now() + CHILDREN_GONE_LIMIT_MS;
  while ((await cgroup.pids()).some((pid) => pid !== master.pid)) {
    if (performance.now() > deadlineMs) throw new Error('workers or jobs of php-fpm do not end');
    await sleep(200, undefined, { signal });
  }
}
