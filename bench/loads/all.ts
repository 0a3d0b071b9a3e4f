import { busyChildLoad } from './busy-child.js';
import { commandsLoad } from './commands.js';
import { cpuBoundInTurnLoad, cpuBoundLoad } from './cpu-bound.js';
import { endingForksLoad, forksLoad } from './forks.js';
import type { Load } from './load.js';
import { makeLoad } from './make.js';
import { pidReuseLoad } from './pid-reuse.js';
import { phpFpmJobsLoad, phpFpmLoad } from './php-fpm/load.js';
import { poolLoad } from './pool.js';
import { shortForksLoad } from './short-forks.js';
import { threadsLoad } from './threads.js';

export const LOADS: readonly Load[] = [
  phpFpmLoad,
  phpFpmJobsLoad,
  poolLoad,
  forksLoad,
  endingForksLoad,
  shortForksLoad,
  commandsLoad,
  makeLoad,
  busyChildLoad,
  cpuBoundLoad,
  cpuBoundInTurnLoad,
  threadsLoad,
  pidReuseLoad,
];
