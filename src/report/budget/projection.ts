import type { Coverage } from '../coverage.js';
import type { Period } from '../../shared/days.js';

/** Before that a day says nothing of its end. */
const MIN_ASKED_MS = 3_600_000;

/** A day of which less was recorded says too little. */
const MIN_COVERED_PART = 0.9;

/**
 * By what the CPU time so far is to be multiplied for what it will be at the end of the period, if it goes
 * on like that; undefined for a period that is over, in its first hour, and where less than 90 % of it was recorded.
 */
export function projectionFactor(
  { fromMs, toMs }: Period,
  { askedMs, recordedMs }: Coverage,
): number | undefined {
  const isOver = askedMs >= toMs - fromMs;
  if (isOver || askedMs < MIN_ASKED_MS || recordedMs < MIN_COVERED_PART * askedMs) {
    return undefined;
  }
  return (toMs - fromMs) / recordedMs;
}

/** Whether enough of the time asked for was recorded to say that nobody is over a mark. */
export function isCovered({ askedMs, recordedMs }: Coverage): boolean {
  return recordedMs >= MIN_COVERED_PART * askedMs;
}
