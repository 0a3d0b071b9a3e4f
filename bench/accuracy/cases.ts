import type { Crash } from '../experiment/keep-recording.js';
import { busyChildLoad } from '../loads/busy-child.js';
import { commandsLoad } from '../loads/commands.js';
import { endingForksLoad, forksLoad } from '../loads/forks.js';
import type { Load } from '../loads/load.js';
import { phpFpmJobsLoad, phpFpmLoad } from '../loads/php-fpm/load.js';
import { makeLoad } from '../loads/make.js';
import { poolLoad } from '../loads/pool.js';
import { threadsLoad } from '../loads/threads.js';
import type { Suite } from '../ps-versions/packages.js';
import type { Bar } from './bar.js';

/** A load to be measured, and how exact psusage has to be. */
export interface Case {
  readonly name: string;
  /** What runs, for the page. */
  readonly what: string;
  readonly load: Load;
  readonly seconds: number;
  /** With `--quick`. */
  readonly quickSeconds: number;
  /** The recorder is killed in the middle. */
  readonly crashes?: Crash;
  /** Recorded with the ps of this suite of Debian in place of the machine's. */
  readonly suite?: Suite;
  readonly total?: Bar;
  readonly user?: Bar;
  /** For the mean absolute error of the processes that were seen, in milliseconds. */
  readonly processMs?: number;
}

const PHP_FPM = { load: phpFpmLoad, seconds: 40, quickSeconds: 18 };

export const CASES: readonly Case[] = [
  {
    name: 'pool workers',
    what: 'about 90 workers of three users, 2–15 s each at 1–20 % CPU, under one master of root that waits for them',
    load: poolLoad,
    seconds: 60,
    quickSeconds: 15,
    total: { percent: 0.5, ms: 600 },
    user: { percent: 2, ms: 300 },
    processMs: 50,
  },
  {
    name: 'short forks',
    what: 'about 250 forks of 0.05–0.4 s, one after the other, under one parent that waits for them',
    load: forksLoad,
    seconds: 45,
    quickSeconds: 12,
    total: { ms: 1_000 },
  },
  {
    name: 'pool workers, procps 3.3',
    what: 'the same workers, recorded with the ps of Debian 11',
    suite: 'bullseye',
    load: poolLoad,
    seconds: 60,
    quickSeconds: 15,
    total: { percent: 1, ms: 1_000 },
  },
  {
    name: 'short forks, procps 3.3',
    what: 'the same forks, recorded with the ps of Debian 11',
    suite: 'bullseye',
    load: forksLoad,
    seconds: 45,
    quickSeconds: 12,
    total: { ms: 1_200 },
  },
  {
    name: 'short forks, end',
    what: 'the same forks; their parent ends 1.5 s after the last of them, and nobody who is followed waits for it',
    load: endingForksLoad,
    seconds: 30,
    quickSeconds: 12,
    total: { ms: 1_000 },
  },
  {
    name: 'CPU-bound',
    what: 'one process that keeps a vCPU busy for 30 s, under a parent that waits for it',
    load: busyChildLoad,
    seconds: 30,
    quickSeconds: 10,
    total: { percent: 1 },
    user: { percent: 1 },
  },
  {
    name: 'threads',
    what: 'one process whose four threads burn for 30 s, on however many vCPUs there are',
    load: threadsLoad,
    seconds: 30,
    quickSeconds: 10,
    total: { percent: 1 },
    user: { percent: 1 },
  },
  {
    name: 'php-fpm',
    what: 'a real php-fpm with on-demand pools of three users, requests of 5–600 ms CPU in bursts for 40 s',
    ...PHP_FPM,
    total: { percent: 1, ms: 500 },
    user: { percent: 2, ms: 500 },
  },
  {
    name: 'php-fpm, kill -9',
    what: 'the same php-fpm; the recorder gets a `kill -9` in the middle and is started again 5 s later',
    ...PHP_FPM,
    crashes: { afterSeconds: 15, restartAfterSeconds: 5 },
    total: { percent: 1, ms: 1_000 },
    user: { percent: 3, ms: 1_000 },
  },
  {
    name: 'php-fpm, jobs',
    what: 'the same php-fpm; requests of one user send jobs of 0.05–4 s CPU to the background (`exec("… &")`)',
    load: phpFpmJobsLoad,
    seconds: 30,
    quickSeconds: 12,
    total: { percent: 1, ms: 500 },
    user: { percent: 2, ms: 500 },
  },
  {
    name: 'make, everything',
    what: '`make -j2` of 60 small files by a user whose shell ends with it, and whose login is root’s; every process on the machine is recorded',
    load: makeLoad,
    seconds: 15,
    quickSeconds: 6,
    total: { percent: 1, ms: 500 },
    user: { percent: 1, ms: 500 },
  },
  {
    name: 'small commands',
    what: 'a shell script that runs 2,000 small commands (`expr`, `date`, `ls`, `sha256sum`)',
    load: commandsLoad,
    seconds: 20,
    quickSeconds: 5,
  },
];
