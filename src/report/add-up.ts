import { rangeOfAll } from './cpu-range.js';
import type { OtherRows, ReportRow, Spent } from './report.js';

/**
 * What all have spent together; with something that is not known of one the sum is not known.
 *
 * @param roomMs what they can have spent together
 */
export function addUp(all: readonly Spent[], roomMs = Infinity): Spent {
  return {
    processes: sumOfKnown(all.map(({ processes }) => processes)),
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    unseenCpuMs: sumOfKnown(all.map(({ unseenCpuMs }) => unseenCpuMs)),
    range: rangeOfKnown(all, roomMs),
  };
}

/** The rows that are not shown in one; null where there are none. */
export function otherRows(rows: readonly ReportRow[], roomMs = Infinity): OtherRows | null {
  return rows.length === 0 ? null : { rows: rows.length, ...addUp(rows, roomMs) };
}

function rangeOfKnown(all: readonly Spent[], roomMs: number): Spent['range'] {
  const known = all.flatMap(({ cpuMs, range }) => (range === null ? [] : [{ cpuMs, range }]));
  return known.length < all.length ? null : rangeOfAll(known, roomMs);
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}
