import type { OtherRows, ReportRow, Spent } from './report.js';

/** What all have spent together; with something that is not known of one the sum is not known. */
export function addUp(all: readonly Spent[]): Spent {
  return {
    processes: sumOfKnown(all.map(({ processes }) => processes)),
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    unseenCpuMs: sumOfKnown(all.map(({ unseenCpuMs }) => unseenCpuMs)),
    uncertainMs: sumOfKnown(all.map(({ uncertainMs }) => uncertainMs)),
  };
}

/** The rows that are not shown in one; null where there are none. */
export function otherRows(rows: readonly ReportRow[]): OtherRows | null {
  return rows.length === 0 ? null : { rows: rows.length, ...addUp(rows) };
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}
