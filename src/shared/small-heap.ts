import { setFlagsFromString } from 'node:v8';

/**
 * The heap may grow to so much more than what lives in it before garbage is collected. V8's own choice
 * is up to four times as much, for programs that are short of time.
 */
const GROWING_PERCENT = 50;

/**
 * Makes V8 collect garbage before it asks for more memory. A recorder makes a megabyte or two of
 * garbage a second, and would be given fifty to a hundred for it; this takes a few milliseconds of CPU
 * time a second instead. A long shipment would be given the more the longer it is, and takes a twentieth
 * more CPU time instead. To be called before there is any.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
}
