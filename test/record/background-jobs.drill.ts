import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { until } from '../cli.js';
import { newJournal, number, record, TICKED } from './recording.js';

const run = promisify(execFile);

/** Burns CPU for three seconds at the most. */
const BURN = `bash -c 'SECONDS=0; while (( SECONDS < 3 )); do :; done'`;

const LONGEST_JOB_MS = 5_000;

/** A shell of the same session that is no php-fpm: it burns as long. */
const OTHER_JOB = `sh -c "${BURN} &"`;

const running: number[] = [];

afterEach(() => {
  for (const pid of running.splice(0)) {
    try {
      // Of one that is killed the workers would stay.
      process.kill(pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
});

/** A php-fpm with a pool of nobody's in a folder of its own; needs php8.2-fpm, libfcgi-bin and root. */
class PhpFpm {
  readonly #socket: string;
  readonly #script: string;
  readonly #pidFile: string;
  readonly command: string;

  constructor(folder: string) {
    chmodSync(folder, 0o755);
    this.#socket = join(folder, 'pool.sock');
    this.#script = join(folder, 'job.php');
    this.#pidFile = join(folder, 'php-fpm.pid');
    writeFileSync(this.#script, `<?php exec(${JSON.stringify(`${BURN} > /dev/null 2>&1 &`)});`);
    const config = join(folder, 'php-fpm.conf');
    const global = `[global]\nerror_log = ${folder}/php-fpm.log\npid = ${this.#pidFile}\n`;
    const pool = `[pool]\nuser = nobody\ngroup = nogroup\nlisten = ${this.#socket}\npm = ondemand\npm.max_children = 2\n`;
    writeFileSync(config, global + pool);
    const [program] = readdirSync('/usr/sbin').filter((name) => name.startsWith('php-fpm'));
    this.command = `/usr/sbin/${program ?? 'php-fpm'} --no-php-ini --fpm-config ${config}`;
  }

  async started(): Promise<void> {
    await until(() => existsSync(this.#socket) && existsSync(this.#pidFile));
    running.push(Number(readFileSync(this.#pidFile, 'utf8')));
  }

  async sendJob(): Promise<void> {
    const env = { SCRIPT_FILENAME: this.#script, QUERY_STRING: '', REQUEST_METHOD: 'GET' };
    await run('cgi-fcgi', ['-bind', '-connect', this.#socket], { env: { ...process.env, ...env } });
  }
}

/** How many jobs are recorded: those that php-fpm sent to the background, and the shell's. */
async function recordedJobs(
  start: (command: string) => void,
): Promise<{ php: number; shell: number }> {
  const { folder, journal } = newJournal();
  const php = new PhpFpm(folder);
  const recorder = record(journal, ['php-fpm']);
  await until(() => number(journal, TICKED) === 1, 15_000);
  start(php.command);
  await php.started();
  await php.sendJob();
  await php.sendJob();
  await setTimeout(LONGEST_JOB_MS);
  recorder.child.kill('SIGTERM');
  await recorder.ended;
  const jobsOf = (user: string): number =>
    number(
      journal,
      `SELECT count(DISTINCT pid) FROM credit_record WHERE command = 'bash' AND user = '${user}'`,
    );
  return { php: jobsOf('nobody'), shell: jobsOf('root') };
}

test('jobs that a php-fpm sends to the background are its own when it was daemonized by hand', async () => {
  const jobs = await recordedJobs((command) => {
    execFileSync('sh', ['-c', `${command} --daemonize; ${OTHER_JOB}`]);
  });
  expect(jobs).toEqual({ php: 2, shell: 0 });
});

test('and when it stays in the foreground of a script, whose other jobs are not its own', async () => {
  const jobs = await recordedJobs((command) => {
    startSession('sh', `${command} --nodaemonize & ${OTHER_JOB}; wait`);
  });
  expect(jobs).toEqual({ php: 2, shell: 0 });
});

test('as a job of an interactive shell it stays in the session of that, whose other jobs are not its own', async () => {
  const jobs = await recordedJobs((command) => {
    startSession('bash', `set -m; ${command} --nodaemonize & ${OTHER_JOB}; wait`);
  });
  expect(jobs.shell).toBe(0);
});

function startSession(shell: string, script: string): void {
  const child = spawn(shell, ['-c', script], { detached: true, stdio: 'ignore' });
  if (child.pid !== undefined) running.push(child.pid);
}
