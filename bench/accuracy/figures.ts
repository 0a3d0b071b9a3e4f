import { signedSeconds, signedPercent } from '../experiment/table.js';
import type { Off } from './bar.js';

/** For people: `−0.012 s (−0.10 %)`; without per cent where the kernel's figure is not one to compare with. */
export function offBy({ kernelMs, errorMs }: Off): string {
  const percent = Number.isNaN(kernelMs) ? '' : signedPercent(kernelMs + errorMs, kernelMs);
  return `${signedSeconds(errorMs)} s${percent === '' ? '' : ` (${percent})`}`;
}
