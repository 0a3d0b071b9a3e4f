import { sum } from '../../shared/numbers.js';
import type { RecordedLifecycle, RecordedLifecycles } from '../data/lifecycles.js';
import type { Span } from '../data/spans.js';
import type { LifecycleRow, Lifecycles } from './details.js';

/**
 * The lifecycles as the period has them. Pure.
 *
 * @param until the part of the period of which samples may tell: those that live have lived to its end
 */
export function lifecyclesOf(
  recorded: RecordedLifecycles,
  until: Span,
): Omit<Lifecycles, 'prunedUntilMs'> {
  const shown = recorded.costliest.map((lifecycle) => rowOf(lifecycle, until));
  const rows = recorded.count - shown.length;
  if (rows === 0) return { shown, others: null };
  const cpuMs = recorded.cpuMs - sum(shown.map((row) => row.cpuMs));
  const unseenCpuMs = recorded.unseenCpuMs - sum(shown.map((row) => row.unseenCpuMs));
  return { shown, others: { rows, cpuMs, unseenCpuMs } };
}

function rowOf(lifecycle: RecordedLifecycle, until: Span): LifecycleRow {
  const { pid, user, uid, program, command, startedMs, endedMs, cpuMs, unseenCpuMs } = lifecycle;
  const ended = endedMs !== null && endedMs <= until.toMs ? endedMs : null;
  const fromMs = Math.max(startedMs, until.fromMs);
  const lifetimeMs = (ended ?? until.toMs) - fromMs;
  return {
    ...{ pid, user, uid, program, command, startedMs, cpuMs, unseenCpuMs },
    endedMs: ended,
    // Where the clock was set, start and end may be those of another time than the records.
    durationMs: Math.max(lifetimeMs, lifecycle.recordsToMs - lifecycle.recordsFromMs),
    estimated: lifecycle.estimated === 1,
  };
}

/** 100 × CPU time ÷ duration, both in the period: above 100 for a process with several threads. */
export function averagePercent({
  cpuMs,
  durationMs,
}: Pick<LifecycleRow, 'cpuMs' | 'durationMs'>): number {
  return (100 * cpuMs) / durationMs;
}
