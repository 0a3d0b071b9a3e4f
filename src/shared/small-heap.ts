import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 collect garbage before it asks for more memory. A recorder makes a megabyte or two of
 * garbage a second, and would be given fifty to a hundred for it; this takes a few milliseconds of CPU
 * time a second instead. To be called before there is any.
 *
 * @param growingPercent how much more than what lives in it the heap may hold before garbage is collected; V8's own
 *   choice is up to 300, for programs that are short of time
 */
export function keepHeapSmall(growingPercent = 50): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
}
