import { busyChildLoad } from './busy-child.js';
import { commandsLoad } from './commands.js';
import { cpuBoundInTurnLoad, cpuBoundLoad } from './cpu-bound.js';
import { forksLoad } from './forks.js';
import type { Load } from './load.js';
import { pidReuseLoad } from './pid-reuse.js';
import { phpFpmLoad } from './php-fpm/load.js';
import { poolLoad } from './pool.js';
import { shortForksLoad } from './short-forks.js';
import { threadsLoad } from './threads.js';

export const LOADS: readonly Load[] = [
  phpFpmLoad,
  poolLoad,
  forksLoad,
  shortForksLoad,
  commandsLoad,
  busyChildLoad,
  cpuBoundLoad,
  cpuBoundInTurnLoad,
  threadsLoad,
  pidReuseLoad,
];
