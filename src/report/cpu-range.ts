import { sum } from '../shared/numbers.js';
import type { SampledRun } from './data/coverage.js';
import type { Span } from './data/spans.js';

/** Between which values CPU time lies for certain, in milliseconds. */
export interface CpuRange {
  leastMs: number;
  mostMs: number;
}

interface Uncertain {
  cpuMs: number;
  /** By how much it may be off, either way, as far as is known of it alone. */
  uncertainMs: number;
}

/**
 * Rows that make up a whole, with their ranges: none is below nothing, or above what others leave of the room, as far
 * as theirs is certain.
 *
 * @param roomMs what all of them can have used together
 */
export function withRanges<Row extends Uncertain>(
  rows: readonly Row[],
  roomMs: number,
): (Row & { range: CpuRange })[] {
  const leastOf = ({ cpuMs, uncertainMs }: Row) => Math.max(cpuMs - uncertainMs, 0);
  const certainMs = sum(rows.map(leastOf));
  return rows.map((row) => {
    const leastMs = leastOf(row);
    const { cpuMs, uncertainMs } = row;
    const mostMs = within(cpuMs, cpuMs + uncertainMs, roomMs - (certainMs - leastMs));
    return { ...row, range: { leastMs, mostMs } };
  });
}

/** The range of what several rows come to. */
export function rangeOfAll(
  rows: readonly { cpuMs: number; range: CpuRange }[],
  roomMs: number,
): CpuRange {
  const cpuMs = sum(rows.map((row) => row.cpuMs));
  const mostMs = sum(rows.map(({ range }) => range.mostMs));
  return {
    leastMs: sum(rows.map(({ range }) => range.leastMs)),
    mostMs: within(cpuMs, mostMs, roomMs),
  };
}

/**
 * What the host's vCPUs can have done in the time of which CPU time was recorded: from the first sample to the last,
 * gaps included, in milliseconds. Where the clock was set samples tell no time, and it is all that was asked for.
 *
 * @param sampled the journal's first and last sample
 */
export function roomOf(
  runs: readonly Pick<SampledRun, 'vcpus' | 'steps'>[],
  sampled: Span,
  asked: Span,
): number {
  const wasSet = runs.some(({ steps }) => steps.length > 0);
  const fromMs = wasSet ? asked.fromMs : Math.max(asked.fromMs, sampled.fromMs);
  const toMs = wasSet ? asked.toMs : Math.min(asked.toMs, sampled.toMs);
  return Math.max(0, ...runs.map(({ vcpus }) => vcpus)) * Math.max(0, toMs - fromMs);
}

/** Whatever else is known, a figure is in its own range. */
function within(cpuMs: number, mostMs: number, roomMs: number): number {
  return Math.max(cpuMs, Math.min(mostMs, roomMs));
}
