import { existsSync, openSync } from 'node:fs';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LOAD_GRACE_SECONDS, type LoadPlace } from '../load.js';
import { startProcess, type StartedProcess } from '../start-process.js';

const SCRIPTS = ['burn.php', 'background.php', '../burn.py'];
const MAX_WORKERS_PER_POOL = 4;
const START_LIMIT_MS = 5_000;

/** A worker without a request for that long is ended by the master, which looks once a second. */
export const IDLE_TIMEOUT_SECONDS = 2;

export interface PhpFpm {
  readonly master: StartedProcess;
  /** Where its scripts are: `burn.php` burns CPU, `background.php` has a job in the background do so. */
  readonly folder: string;
  /** The unix socket of a user's pool. */
  socketOf(userName: string): string;
}

/** Starts a php-fpm with an on-demand pool for each user, everything it needs in the folder. */
export async function startPhpFpm(place: LoadPlace): Promise<PhpFpm> {
  const { folder, users, cgroups, seconds } = place;
  const socketOf = (name: string): string => join(folder, `${name}.sock`);
  for (const script of SCRIPTS) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    await copyFile(path, join(folder, basename(path)));
  }
  const config = join(folder, 'php-fpm.conf');
  const pools = users.map(({ name }) => poolConfig(name, socketOf(name)));
  await writeFile(config, [globalConfig(join(folder, 'php-fpm.log')), ...pools].join('\n'));
  const master = await startProcess(
    [await findPhpFpm(), '--nodaemonize', '--no-php-ini', '--fpm-config', config],
    {
      cgroups,
      limitSeconds: seconds + LOAD_GRACE_SECONDS,
      output: openSync(join(folder, 'php-fpm.out'), 'a'),
    },
  );
  try {
    await waitForSockets(users.map(({ name }) => socketOf(name)));
  } catch (error) {
    master.kill('SIGTERM');
    throw error;
  }
  return { master, folder, socketOf };
}

function globalConfig(log: string): string {
  return `[global]\nerror_log = ${log}\n`;
}

function poolConfig(name: string, socket: string): string {
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
  const found = (await readdir('/usr/sbin')).filter((name) => name.startsWith('php-fpm')).sort();
  const [first] = found;
  if (first === undefined) throw new Error('there is no php-fpm in /usr/sbin');
  return join('/usr/sbin', first);
}

async function waitForSockets(sockets: readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + START_LIMIT_MS;
  while (!sockets.every((socket) => existsSync(socket))) {
    if (performance.now() > deadlineMs) throw new Error('php-fpm did not open its sockets');
    await sleep(50);
  }
}
