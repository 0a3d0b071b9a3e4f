import { MS_PER_DAY, startOfQuarter } from '../../shared/units.js';

/** A day at least: who looks at today sees each process of it. */
export const KEEP_BOUNDS = { minMs: MS_PER_DAY, maxMs: 100 * 365 * MS_PER_DAY };

/** How long sums are kept where nothing else is said: five years. */
export const KEEP_SUMS_MS = 1_825 * MS_PER_DAY;
export const KEEP_SUMS_TEXT = '1825d, five years';

/**
 * Until when records, and until which quarter-hour sums, are old enough to go, and since when each moment of
 * acknowledgement is of use; ms since 1970.
 */
export interface Until {
  recordsMs: number;
  sumsMs: number;
  eachMomentMs: number;
}

/** What is kept counts back from now. */
export function toUntil(
  { keepMs, keepSumsMs }: { keepMs: number; keepSumsMs: number },
  nowMs: number,
): Until {
  return {
    recordsMs: nowMs - keepMs,
    sumsMs: startOfQuarter(nowMs - keepSumsMs),
    eachMomentMs: nowMs - MS_PER_DAY,
  };
}
