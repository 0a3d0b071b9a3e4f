import { cpuBoundInTurnLoad, cpuBoundLoad } from './cpu-bound.js';
import type { Load } from './load.js';
import { pidReuseLoad } from './pid-reuse.js';
import { phpFpmLoad } from './php-fpm/load.js';
import { shortForksLoad } from './short-forks.js';
import { threadsLoad } from './threads.js';

export const LOADS: readonly Load[] = [
  phpFpmLoad,
  shortForksLoad,
  cpuBoundLoad,
  cpuBoundInTurnLoad,
  threadsLoad,
  pidReuseLoad,
];
