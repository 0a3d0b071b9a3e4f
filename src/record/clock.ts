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

/** A wall clock that was set. */
export interface ClockStep {
  /** What the wall clock would show now if it had not been set, in ms since 1970. */
  beforeMs: number;
  /** What it shows, in ms since 1970. */
  afterMs: number;
}

/** A stretch without a sample within a run. */
export interface Gap {
  fromMs: number;
  toMs: number;
  durationMs: number;
  reason: 'ps' | 'late' | 'suspended' | 'journal';
  detail: string | null;
}

/** Why samples failed since the last good one. */
export interface Failure {
  kind: 'ps' | 'journal';
  message: string;
}

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** A reading during which the wall clock moved by more than this has clocks that do not belong together. */
const MAX_READING_MS = 20;
const MAX_READINGS = 5;

/** By how much two clocks that are one may differ. */
const SAME_CLOCK_MS = 1_000;

/** A wall clock that moves by more against boot time has been set. */
export const CLOCK_STEP_MS = 1_000;

/** A tick may be late by half an interval, or by this if that is more, before it counts as missed. */
const MIN_LATENESS_MS = 250;

/** Boot time that ran on by more than this while the monotonic clock stood was spent suspended. */
const MIN_SUSPENDED_MS = 1_000;

export function systemClock(): Clock {
  return { kernelBootId: readBootId(), read: () => readClocks(MAX_READINGS) };
}

export function bootNowMs(): number {
  return Math.round(uptime() * 100) * 10;
}

/**
 * Whether the uptime that is shown is a container's own, as lxcfs makes it: the kernel's clock without suspended time
 * is never ahead of the one with it.
 */
export function isUptimeOfContainer(): boolean {
  const kernelMs = Number(process.hrtime.bigint() / 1_000_000n);
  return kernelMs - bootNowMs() > SAME_CLOCK_MS;
}

/** The wall time at boot time 0: wall time is this anchor plus boot time. */
export function toAnchorMs(reading: ClockReading): number {
  return reading.wallMs - reading.bootMs;
}

/** The step of the wall clock since `anchorMs` was taken, if it was set since. */
export function clockStep(anchorMs: number, reading: ClockReading): ClockStep | undefined {
  const moved = toAnchorMs(reading) - anchorMs;
  if (Math.abs(moved) <= CLOCK_STEP_MS) return undefined;
  return { beforeMs: anchorMs + reading.bootMs, afterMs: reading.wallMs };
}

/**
 * Whether at least one sample is missing between the end of one run of ps and the start of the next.
 * A ps that takes long leaves no gap: its sample covers its own run.
 */
export function isGap(betweenMs: number, intervalMs: number): boolean {
  return betweenMs > intervalMs + Math.max(intervalMs / 2, MIN_LATENESS_MS);
}

/**
 * The gap between two samples, with its likeliest reason.
 *
 * @param anchors wall time at boot time 0, as it was at each of the two
 */
export function gapBetween(
  last: ClockReading,
  now: ClockReading,
  anchors: { lastMs: number; nowMs: number },
  failure: Failure | undefined,
): Gap {
  const durationMs = now.bootMs - last.bootMs;
  const suspendedMs = durationMs - (now.monotonicMs - last.monotonicMs);
  const why = findReason(failure, suspendedMs);
  return {
    fromMs: anchors.lastMs + last.bootMs,
    toMs: anchors.nowMs + now.bootMs,
    durationMs,
    ...why,
  };
}

function findReason(
  failure: Failure | undefined,
  suspendedMs: number,
): Pick<Gap, 'reason' | 'detail'> {
  if (suspendedMs > MIN_SUSPENDED_MS) return { reason: 'suspended', detail: null };
  if (failure !== undefined) return { reason: failure.kind, detail: failure.message };
  return { reason: 'late', detail: null };
}

function readClocks(attempts: number): ClockReading {
  const wallMs = Date.now();
  const bootMs = bootNowMs();
  const monotonicMs = performance.now();
  const steady = Math.abs(Date.now() - wallMs) <= MAX_READING_MS;
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
