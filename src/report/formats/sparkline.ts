import { sum } from '../../shared/numbers.js';
import { GAP_SIGN } from '../view.js';

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

const DAYS_PER_WEEK = 7;

/**
 * The values as blocks in at most `width` characters: 0 to the largest. Where there are more values
 * than characters each block is the mean of several; the first may be of fewer.
 */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const size = daysPerBlock(values.length, width);
  const means = splitFromEnd(values, size).map(meanOfKnown);
  const most = Math.max(...means.map((mean) => mean ?? 0));
  return means.map((mean) => (mean === null ? GAP_SIGN : toBlock(mean, most))).join('');
}

/** How many days a block stands for: whole weeks where it is more than three. */
export function daysPerBlock(days: number, width: number): number {
  const least = Math.max(1, Math.ceil(days / Math.max(1, width)));
  return least <= 3 ? least : Math.ceil(least / DAYS_PER_WEEK) * DAYS_PER_WEEK;
}

/** Parts of the same size, the last of which is whole. */
function splitFromEnd<T>(values: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let end = values.length; end > 0; end -= size) {
    parts.unshift(values.slice(Math.max(0, end - size), end));
  }
  return parts;
}

function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known) / known.length;
}

function toBlock(value: number, most: number): string {
  const step = most === 0 ? 0 : Math.round((value / most) * BLOCKS.length) - 1;
  return BLOCKS[Math.max(0, step)] ?? BLOCKS[0];
}
