import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { PsusageError } from '../shared/errors.js';

/** The three clocks, read at one moment; milliseconds. */
export interface ClockReading {
  /** Since the boot, suspended time included, in steps of 10 ms: the clock of `etimes`. */
  bootMs: number;
  /** Since 1970 in UTC, as the machine's wall clock shows it. */
  wallMs: number;
  /** Since an arbitrary moment, suspended time not included. */
  monotonicMs: number;
}

export interface Clock {
  /** Changes with each boot of the machine and with nothing else. */
  kernelBootId: string;
  read(): ClockReading;
}

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** A reading during which more boot time than this passed has clocks that do not belong together. */
const MAX_READING_MS = 20;
const MAX_READINGS = 5;

export function systemClock(): Clock {
  return { kernelBootId: readBootId(), read: () => readClocks(MAX_READINGS) };
}

export function bootNowMs(): number {
  return Math.round(uptime() * 100) * 10;
}

/** By how much two clocks that are one may differ. */
const SAME_CLOCK_MS = 1_000;

/**
 * Whether the uptime that is shown is a container's own, as lxcfs makes it: the kernel's clock without suspended time
 * is never ahead of the one with it.
 */
export function isUptimeOfContainer(): boolean {
  const kernelMs = Number(process.hrtime.bigint() / 1_000_000n);
  return kernelMs - bootNowMs() > SAME_CLOCK_MS;
}

function readClocks(attempts: number): ClockReading {
  const bootMs = bootNowMs();
  const wallMs = Date.now();
  const monotonicMs = performance.now();
  const steady = bootNowMs() - bootMs <= MAX_READING_MS;
  return steady || attempts <= 1 ? { bootMs, wallMs, monotonicMs } : readClocks(attempts - 1);
}

function readBootId(): string {
  try {
    return readFileSync(BOOT_ID_FILE, 'utf8').trim();
  } catch (error) {
    throw new PsusageError(
      'NO_BOOT_ID',
      `cannot tell one boot from another: ${BOOT_ID_FILE} is not readable`,
      {
        hint: 'psusage records on Linux, with /proc mounted',
        cause: error,
      },
    );
  }
}
