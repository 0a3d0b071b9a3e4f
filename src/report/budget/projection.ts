import { type Coverage, isCovered } from '../data/coverage.js';
import type { Period } from '../../shared/days.js';
import { MS_PER_HOUR } from '../../shared/units.js';

/**
 * By what the CPU time so far is to be multiplied for what it will be at the end of the period, if it goes
 * on like that; null for a period that is over, in its first hour, and where less than 90 % of it was recorded.
 */
export function projectionFactor({ fromMs, toMs }: Period, coverage: Coverage): number | null {
  const isOver = coverage.askedMs >= toMs - fromMs;
  if (isOver || coverage.askedMs < MS_PER_HOUR || !isCovered(coverage)) return null;
  return (toMs - fromMs) / coverage.recordedMs;
}
