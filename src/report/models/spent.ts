import { sum } from '../../shared/numbers.js';
import type { SampledRun } from '../data/runs.js';
import type { Span } from '../../shared/days.js';

/** What a row, several rows, or everything has spent. What only a journal knows is else null. */
export interface Spent {
  /** Lifecycles, each counted once, however many credit records it has. */
  processes: number | null;
  /** Everything that counts against the budget, in milliseconds of CPU time. */
  cpuMs: number;
  /** The part of `cpuMs` that no sample ever showed; VictoriaMetrics can't tell. */
  unseenCpuMs: number | null;
  /** `cpuMs` less what was charged to stretches in which no recorder took a sample. */
  recordedCpuMs: number | null;
  /** Where the real CPU time lies; it holds `cpuMs`. */
  range: CpuRange | null;
}

/** Between which values CPU time lies for certain, in milliseconds. */
export interface CpuRange {
  leastMs: number;
  mostMs: number;
}

/**
 * What all have spent together; with something that is not known of one the sum is not known.
 *
 * @param roomMs what they can have spent together
 */
export function addUp(all: readonly Spent[], roomMs = Infinity): Spent {
  return {
    processes: sumKnown(all.map(({ processes }) => processes)),
    cpuMs: sum(all.map(({ cpuMs }) => cpuMs)),
    unseenCpuMs: sumKnown(all.map(({ unseenCpuMs }) => unseenCpuMs)),
    recordedCpuMs: sumKnown(all.map(({ recordedCpuMs }) => recordedCpuMs)),
    range: sumKnownRanges(all, roomMs),
  };
}

function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : sum(known);
}

function sumKnownRanges(all: readonly Spent[], roomMs: number): CpuRange | null {
  const known = all.flatMap(({ cpuMs, range }) => (range === null ? [] : [{ cpuMs, range }]));
  return known.length < all.length ? null : sumRanges(known, roomMs);
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
  const toLeastMs = ({ cpuMs, uncertainMs }: Row) => Math.max(cpuMs - uncertainMs, 0);
  const certainMs = sum(rows.map(toLeastMs));
  return rows.map((row) => {
    const leastMs = toLeastMs(row);
    const { cpuMs, uncertainMs } = row;
    const mostMs = limited(cpuMs, cpuMs + uncertainMs, roomMs - (certainMs - leastMs));
    return { ...row, range: { leastMs, mostMs } };
  });
}

/** The range of what several rows come to. */
export function sumRanges(
  rows: readonly { cpuMs: number; range: CpuRange }[],
  roomMs: number,
): CpuRange {
  const cpuMs = sum(rows.map((row) => row.cpuMs));
  const mostMs = sum(rows.map(({ range }) => range.mostMs));
  return {
    leastMs: sum(rows.map(({ range }) => range.leastMs)),
    mostMs: limited(cpuMs, mostMs, roomMs),
  };
}

/** Whatever else is known, a figure is in its own range. */
function limited(cpuMs: number, mostMs: number, roomMs: number): number {
  return Math.max(cpuMs, Math.min(mostMs, roomMs));
}

/**
 * What the host's vCPUs can have done in the time of which CPU time was recorded: from the first sample to the last,
 * gaps included, in milliseconds. Where the clock was set samples tell no time, and it is the whole period so far.
 *
 * @param sampled the journal's first and last sample
 */
export function measureRoomMs(
  runs: readonly Pick<SampledRun, 'vcpus' | 'steps'>[],
  sampled: Span,
  soFar: Span,
): number {
  const wasSet = runs.some(({ steps }) => steps.length > 0);
  const fromMs = wasSet ? soFar.fromMs : Math.max(soFar.fromMs, sampled.fromMs);
  const toMs = wasSet ? soFar.toMs : Math.min(soFar.toMs, sampled.toMs);
  return Math.max(0, ...runs.map(({ vcpus }) => vcpus)) * Math.max(0, toMs - fromMs);
}
