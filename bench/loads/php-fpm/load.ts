import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CpuCgroup } from '../../truth/cgroup.js';
import { readLivingCpuMs } from '../../truth/living.js';
import { LINGER_SECONDS, type Load, type LoadOutcome, type LoadPlace } from '../load.js';
import { seededRandom } from '../random.js';
import { sendRequests, type Traffic } from './requests.js';
import { IDLE_TIMEOUT_SECONDS, startPhpFpm, type PhpFpm } from './server.js';

/** The master ends idle workers one a pool and second. */
const WORKERS_GONE_LIMIT_MS = 20_000;

/** They compete with all else on the machine. */
const JOBS_GONE_LIMIT_MS = 45_000;

/** A real php-fpm, one master and on-demand workers of three users, the first the busiest. */
export const phpFpmLoad: Load = {
  name: 'php-fpm',
  programs: ['php-fpm'],
  run: (place) => runPhpFpm(place, trafficOf(place)),
};

/** The same, where the second user's requests send jobs to the background and answer at once. */
export const phpFpmJobsLoad: Load = {
  name: 'php-fpm-jobs',
  programs: ['php-fpm'],
  run: (place) => {
    const [, user] = place.users;
    const jobs = {
      burst: { low: 1, high: 2 },
      requestMs: { low: 50, high: 4_000 },
      pauseMs: 3_000,
    };
    return runPhpFpm(place, [{ userName: user.name, script: 'background.php', ...jobs }]);
  },
};

async function runPhpFpm(place: LoadPlace, traffic: readonly Traffic[]): Promise<LoadOutcome> {
  const server = await startPhpFpm(place);
  try {
    return await serve(server, place, traffic);
  } finally {
    server.master.kill('SIGTERM');
    await server.master.exited;
  }
}

async function serve(
  server: PhpFpm,
  { seconds, signal, seed, cgroups }: LoadPlace,
  traffic: readonly Traffic[],
): Promise<LoadOutcome> {
  const counts = await Promise.all(
    traffic.map((each, at) =>
      sendRequests(server, each, seededRandom(seed + at), { seconds, signal }),
    ),
  );
  await waitForWorkers(server, signal);
  await waitForJobs(server, cgroups, signal);
  await sleep(LINGER_SECONDS * 1000, undefined, { signal });
  const masterMs = await readLivingCpuMs(server.master.pid);
  server.master.kill('SIGQUIT');
  await server.master.exited;
  return {
    topPids: [server.master.pid],
    notes: [`the master used ${(masterMs / 1000).toFixed(3)} s before its end`].concat(
      counts.map(
        ({ sent, failed, askedMs }, at) =>
          `${traffic[at]?.userName ?? ''}: ${sent} requests, ${failed} failed, ` +
          `asked for ${(askedMs / 1000).toFixed(2)} s`,
      ),
    ),
  };
}

function trafficOf({ users: [a, b, c] }: LoadPlace): Traffic[] {
  const script = 'burn.php';
  const short = { low: 50, high: 600 };
  return [
    { userName: a.name, script, burst: { low: 1, high: 5 }, requestMs: short, pauseMs: 2_500 },
    { userName: b.name, script, burst: { low: 1, high: 3 }, requestMs: short, pauseMs: 4_000 },
    {
      userName: c.name,
      script,
      burst: { low: 1, high: 2 },
      requestMs: { low: 5, high: 80 },
      pauseMs: 6_000,
    },
  ];
}

async function waitForWorkers(server: PhpFpm, signal: AbortSignal): Promise<void> {
  await sleep(IDLE_TIMEOUT_SECONDS * 1000, undefined, { signal });
  const deadlineMs = performance.now() + WORKERS_GONE_LIMIT_MS;
  while ((await childrenOf(server.master.pid)) > 0 && performance.now() < deadlineMs) {
    await sleep(200, undefined, { signal });
  }
}

/** Jobs in the background are nobody's children; the cgroup has them and the master. */
async function waitForJobs(
  server: PhpFpm,
  [cgroup]: readonly CpuCgroup[],
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + JOBS_GONE_LIMIT_MS;
  const isOthers = (pid: number): boolean => pid !== server.master.pid;
  while ((await cgroup?.pids())?.some(isOthers)) {
    if (performance.now() > deadlineMs) throw new Error('jobs in the background do not end');
    await sleep(200, undefined, { signal });
  }
}

/** How many processes the kernel lists as a process's children; 0 when it is gone. */
async function childrenOf(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.split(' ').filter(Boolean).length;
}
