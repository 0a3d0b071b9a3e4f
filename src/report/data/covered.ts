import { recordedSpans, type SampledRun } from './coverage.js';
import { clipAll, lengthMs, type Span, union } from './spans.js';

/** How much of a stretch was recorded, and on how many vCPUs. */
export interface Covered {
  recordedMs: number;
  /** Weighted by recorded time; null where nothing was recorded. */
  vcpus: number | null;
}

/**
 * How much of each part the runs have recorded, in one pass however many gaps and parts there are.
 *
 * @param parts in order, without overlaps
 */
export function coveredParts(
  runs: readonly SampledRun[],
  parts: readonly Span[],
  nowMs: number,
): Covered[] {
  const spans = runs.map((run) => ({ vcpus: run.vcpus, spans: recordedSpans(run, nowMs) }));
  const recordedMs = lengthsWithin(union(spans.flatMap((each) => each.spans)), parts);
  const byVcpus = [...new Set(runs.map(({ vcpus }) => vcpus))].map((vcpus) => {
    const theirs = spans.filter((each) => each.vcpus === vcpus).flatMap((each) => each.spans);
    return { vcpus, recordedMs: lengthsWithin(union(theirs), parts) };
  });
  return parts.map((_, at) => {
    const weights = byVcpus.map((each) => each.recordedMs[at] ?? 0);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const vcpuMs = byVcpus.reduce((sum, each) => sum + each.vcpus * (each.recordedMs[at] ?? 0), 0);
    return { recordedMs: recordedMs[at] ?? 0, vcpus: whole === 0 ? null : vcpuMs / whole };
  });
}

/** How much of each part lies in the spans; both in order, without overlaps. */
function lengthsWithin(spans: readonly Span[], parts: readonly Span[]): number[] {
  let at = 0;
  return parts.map((part) => {
    while ((spans[at]?.toMs ?? Infinity) <= part.fromMs) at += 1;
    let end = at;
    while ((spans[end]?.fromMs ?? Infinity) < part.toMs) end += 1;
    return lengthMs(clipAll(spans.slice(at, end), part));
  });
}
