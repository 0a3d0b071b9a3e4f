import { setClock } from './clock.js';
import { noDescriptors } from './descriptors.js';
import type { Fault } from './fault.js';
import { firstStart } from './first-start.js';
import { fullDisk } from './full-disk.js';
import { kills } from './kills.js';
import { late } from './late.js';
import { locked } from './locked.js';
import { outOfMemory } from './memory.js';
import { lyingPs, psStorm } from './ps-storm.js';
import { soak } from './soak.js';
import { stopped } from './stopped.js';

/** Every fault that a drill injects, in order. */
export const FAULTS: readonly Fault[] = [
  fullDisk,
  locked,
  psStorm,
  lyingPs,
  stopped,
  late,
  noDescriptors,
  outOfMemory,
  setClock,
  firstStart,
  kills,
  soak,
];
