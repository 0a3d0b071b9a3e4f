import type { Period, Span } from '../../shared/days.js';
import { sum } from '../../shared/numbers.js';
import type { RecordedLifecycle, RecordedLifecycles } from '../data/lifecycles.js';
import type { RecorderRun } from '../data/runs.js';

/** One process from first to last sight, as far as it lies in the period. */
export interface LifecycleRow extends Omit<
  RecordedLifecycle,
  'recordsFromMs' | 'recordsToMs' | 'estimated'
> {
  /** Null for one that lived at the end of the period, or lives; of a minute only for one that lives. */
  endedMs: number | null;
  /** Wall time in the period: until it ended, until the last sample, or until the end of the period. */
  durationMs: number;
  /** Whether some of it was spread over a gap. */
  estimated: boolean;
}

/** The costliest processes; those that are not shown are in one row. */
export interface Lifecycles {
  shown: LifecycleRow[];
  others: { rows: number; cpuMs: number; unseenCpuMs: number } | null;
  /** Up to when single records of the period were pruned, and with them processes; null where none of it was. */
  prunedUntilMs: number | null;
}

/**
 * The lifecycles as the period has them. Pure.
 *
 * @param until the part of the period of which samples may tell: those that live have lived to its end
 * @param endsUntilMs up to when it is told that one has ended
 */
export function toLifecycles(
  recorded: RecordedLifecycles,
  until: Span,
  endsUntilMs = until.toMs,
): Omit<Lifecycles, 'prunedUntilMs'> {
  const shown = recorded.costliest.map((lifecycle) => toRow(lifecycle, until, endsUntilMs));
  const rows = recorded.count - shown.length;
  if (rows === 0) return { shown, others: null };
  const cpuMs = recorded.cpuMs - sum(shown.map((row) => row.cpuMs));
  const unseenCpuMs = recorded.unseenCpuMs - sum(shown.map((row) => row.unseenCpuMs));
  return { shown, others: { rows, cpuMs, unseenCpuMs } };
}

function toRow(lifecycle: RecordedLifecycle, until: Span, endsUntilMs: number): LifecycleRow {
  const { recordsFromMs, recordsToMs, estimated, ...same } = lifecycle;
  const endedMs = same.endedMs !== null && same.endedMs <= endsUntilMs ? same.endedMs : null;
  const livedToMs = Math.min(endedMs ?? Infinity, until.toMs);
  const lifetimeMs = livedToMs - Math.max(same.startedMs, until.fromMs);
  return {
    ...same,
    endedMs,
    // Where the clock was set, start and end may be those of another time than the records.
    durationMs: Math.max(lifetimeMs, recordsToMs - recordsFromMs),
    estimated: estimated === 1,
  };
}

/** 100 × CPU time ÷ duration, both in the period: above 100 for a process with several threads. */
export function averagePercent({
  cpuMs,
  durationMs,
}: Pick<LifecycleRow, 'cpuMs' | 'durationMs'>): number {
  return (100 * cpuMs) / durationMs;
}

/**
 * Up to when single records were pruned of what was recorded in the period; null where none of it was. Pure.
 *
 * @param prunedUntilMs of the whole journal; undefined where nothing ever was
 */
export function prunedWithin(
  { period, runs }: { period: Period; runs: readonly RecorderRun[] },
  prunedUntilMs: number | undefined,
): number | null {
  if (prunedUntilMs === undefined || prunedUntilMs <= period.fromMs) return null;
  return runs.some(({ startedMs }) => startedMs < prunedUntilMs) ? prunedUntilMs : null;
}
