import { median } from '../cost/median.js';
import type { TextTable } from '../experiment/table.js';

/** No tick may be kept waiting for longer. */
export const BAR_MS = 50;

/** What was timed, in words, and how long each took, in ms on the wall. */
export interface Timed {
  readonly what: string;
  readonly tookMs: readonly number[];
}

const OFTEN = 0.99;

/** How long each took: in the median, in 99 of 100, at the most. */
export function timesTable(timed: readonly Timed[]): TextTable {
  return {
    head: ['timed', 'how often', 'median', '99 of 100', 'most', `over ${BAR_MS} ms`],
    rows: timed.map(({ what, tookMs }) => {
      const sorted = tookMs.toSorted((a, b) => a - b);
      const often = sorted[Math.ceil(OFTEN * sorted.length) - 1];
      return [
        what,
        tookMs.length.toLocaleString('en-US'),
        milliseconds(median(tookMs)),
        milliseconds(often),
        milliseconds(sorted.at(-1)),
        String(tookMs.filter((ms) => ms > BAR_MS).length),
      ];
    }),
  };
}

export function isBarReached(timed: readonly Timed[]): boolean {
  return timed.every(({ tookMs }) => tookMs.every((ms) => ms <= BAR_MS));
}

function milliseconds(ms = NaN): string {
  return `${ms.toFixed(1)} ms`;
}
