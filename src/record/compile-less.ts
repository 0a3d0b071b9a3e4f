import { setFlagsFromString } from 'node:v8';

/** V8 of Node.js 20 counts the bytecode that a function has run; later ones count its calls. */
const LAST_V8_THAT_COUNTS_BYTES = 11;

/** Three hundred and a hundred times V8's own choice. */
const OPTIMIZE_AFTER_BYTES = 20_000_000;
const OPTIMIZE_AFTER_CALLS = 300_000;

/**
 * Makes V8 compile simply, and optimize only what runs very often. What runs once a second reaches its usual threshold
 * too, one function after another for hours, and each costs more than its faster code saves in that time. Where a
 * thousand processes are followed they reach this one within minutes. To be called before there is work.
 */
export function compileLess(): void {
  const v8 = Number.parseInt(process.versions.v8, 10);
  setFlagsFromString(
    v8 <= LAST_V8_THAT_COUNTS_BYTES
      ? `--interrupt-budget=${OPTIMIZE_AFTER_BYTES}`
      : `--invocation-count-for-turbofan=${OPTIMIZE_AFTER_CALLS}`,
  );
  setFlagsFromString('--always-sparkplug');
}
