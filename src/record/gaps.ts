import type { ClockReading } from './clock.js';
import type { Gap } from './journal/recorder-run.js';

/** A tick may be late by half an interval, or by this if that is more, before it counts as missed. */
const MIN_LATENESS_MS = 250;

/** Boot time that ran on by more than this while the monotonic clock stood was spent suspended. */
const MIN_SUSPENDED_MS = 1_000;

/** Why samples failed since the last good one. */
export interface Failure {
  kind: 'ps' | 'journal';
  message: string;
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
  const why = reasonOf(failure, suspendedMs);
  return {
    fromMs: anchors.lastMs + last.bootMs,
    toMs: anchors.nowMs + now.bootMs,
    durationMs,
    ...why,
  };
}

function reasonOf(
  failure: Failure | undefined,
  suspendedMs: number,
): Pick<Gap, 'reason' | 'detail'> {
  if (suspendedMs > MIN_SUSPENDED_MS) return { reason: 'suspended', detail: null };
  if (failure !== undefined) return { reason: failure.kind, detail: failure.message };
  return { reason: 'late', detail: null };
}
