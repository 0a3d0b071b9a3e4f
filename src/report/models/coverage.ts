import { clipAll, complement, lengthMs, union } from './spans.js';
import { type Span } from '../../shared/days.js';
import type { ClockStep, SampledRun, SampleGap } from '../data/runs.js';

/** A recorder whose last tick is no older than this still records; it notes one each ten seconds. */
const ALIVE_WITHIN_MS = 25_000;

/** One that samples less often may miss a sample and be late with the next by this. */
const ALIVE_SLACK_MS = 15_000;

/** A clock that moves by less than this is not a step but the usual correction. */
const STEP_TOLERANCE_MS = 1_000;

export interface Coverage {
  /** The time that has passed: recorded and not recorded together. */
  elapsedMs: number;
  recordedMs: number;
  /** The stretches in which no recorder took a sample, in order; none touches the next. */
  gaps: Span[];
  /** Nothing of the time that has passed is missing. */
  complete: boolean;
}

/**
 * How much of a stretch was recorded by at least one run, up to now. Never more than its length, whatever
 * clocks did: covered time is a union.
 */
export function measureCoverage(
  runs: readonly SampledRun[],
  within: Span,
  nowMs: number,
): Coverage {
  const soFar = upToNow(within, nowMs);
  const recorded = union(
    clipAll(
      runs.flatMap((run) => toRecordedSpans(run, nowMs)),
      soFar,
    ),
  );
  const gaps = complement(recorded, soFar);
  return {
    elapsedMs: soFar.toMs - soFar.fromMs,
    recordedMs: lengthMs(recorded),
    gaps,
    complete: gaps.length === 0,
  };
}

/** Whether the run goes on: it has not ended, and its last tick is as young as it should be. */
function isRunning(run: SampledRun, nowMs: number): boolean {
  const silentMs = nowMs - run.lastTickMs;
  return run.endedMs === null && silentMs >= 0 && silentMs < aliveWithinMs(run.intervalMs);
}

/** How old the last tick of a recorder that goes on may be in the journal. */
export function aliveWithinMs(intervalMs: number): number {
  return Math.max(ALIVE_WITHIN_MS, 2 * intervalMs + ALIVE_SLACK_MS);
}

/** The runs that recorded any part of the stretch, in order, and whether they still run. */
export function selectRuns<Run extends SampledRun>(
  runs: readonly Run[],
  within: Span,
  nowMs: number,
): (Run & { running: boolean })[] {
  return runs
    .filter(
      (run) => clipAll([...toRecordedSpans(run, nowMs), ...selectDamaged(run)], within).length > 0,
    )
    .map((run) => ({ ...run, running: isRunning(run, nowMs) }));
}

/** With less than this recorded, a stretch is not judged. */
export const LEAST_COVERED_PERCENT = 90;

/** Whether enough was recorded to judge by it. */
export function isCovered({
  elapsedMs,
  recordedMs,
}: Pick<Coverage, 'elapsedMs' | 'recordedMs'>): boolean {
  return 100 * recordedMs >= LEAST_COVERED_PERCENT * elapsedMs;
}

/** vCPUs of the host, weighted by the time recorded with them; null where nothing was recorded. */
export function averageVcpus(
  runs: readonly SampledRun[],
  within: Span,
  nowMs: number,
): number | null {
  const soFar = upToNow(within, nowMs);
  let recordedMs = 0;
  let vcpuMs = 0;
  for (const run of runs) {
    const runMs = lengthMs(union(clipAll(toRecordedSpans(run, nowMs), soFar)));
    recordedMs += runMs;
    vcpuMs += runMs * run.vcpus;
  }
  return recordedMs === 0 ? null : vcpuMs / recordedMs;
}

/** How much of a stretch was recorded, and on how many vCPUs. */
export interface Covered {
  recordedMs: number;
  /** Weighted by recorded time; null where nothing was recorded. */
  vcpus: number | null;
}

/**
 * How much of each span the runs have recorded up to now, in one pass however many gaps and spans there are.
 *
 * @param spans in order, without overlaps
 */
export function measureSpans(
  runs: readonly SampledRun[],
  spans: readonly Span[],
  nowMs: number,
): Covered[] {
  const recorded = runs.map((run) => ({ vcpus: run.vcpus, spans: toRecordedSpans(run, nowMs) }));
  const soFar = spans.map((span) => upToNow(span, nowMs));
  const recordedMs = lengthsWithin(union(recorded.flatMap((each) => each.spans)), soFar);
  const byVcpus = [...new Set(runs.map(({ vcpus }) => vcpus))].map((vcpus) => {
    const theirs = recorded.filter((each) => each.vcpus === vcpus).flatMap((each) => each.spans);
    return { vcpus, recordedMs: lengthsWithin(union(theirs), soFar) };
  });
  return spans.map((_, at) => {
    const weights = byVcpus.map((each) => each.recordedMs[at] ?? 0);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const vcpuMs = byVcpus.reduce((sum, each) => sum + each.vcpus * (each.recordedMs[at] ?? 0), 0);
    return { recordedMs: recordedMs[at] ?? 0, vcpus: whole === 0 ? null : vcpuMs / whole };
  });
}

/** How much of each of `within` lies in the spans; both in order, without overlaps. */
function lengthsWithin(spans: readonly Span[], within: readonly Span[]): number[] {
  let at = 0;
  return within.map((each) => {
    while ((spans[at]?.toMs ?? Infinity) <= each.fromMs) at += 1;
    let end = at;
    while ((spans[end]?.fromMs ?? Infinity) < each.toMs) end += 1;
    return lengthMs(clipAll(spans.slice(at, end), each));
  });
}

/**
 * The stretches of wall time that a run recorded: from its start to its last tick, less its gaps and
 * cut where the clock was set. A clock that was set back makes them overlap.
 */
export function toRecordedSpans(run: SampledRun, nowMs: number): Span[] {
  const damaged = selectDamaged(run);
  const gaps = run.gaps.filter(({ reason }) => reason !== 'damaged');
  const spans = toSampledSpans({ ...run, gaps }, nowMs);
  return spans.flatMap((span) => complement(union(clipAll(damaged, span)), span));
}

function selectDamaged(run: SampledRun): SampleGap[] {
  return run.gaps.filter(({ reason }) => reason === 'damaged');
}

function toSampledSpans(run: SampledRun, nowMs: number): Span[] {
  const spans: Span[] = [];
  const steps = [...run.steps];
  let atMs = run.startedMs;
  const recordUntil = (ms: number) => {
    if (ms > atMs) spans.push({ fromMs: atMs, toMs: ms });
  };
  const follow = (step: ClockStep) => {
    recordUntil(step.beforeMs);
    atMs = step.afterMs;
  };
  for (const gap of run.gaps) {
    takeWhile(steps, (step) => happenedBefore(step, gap)).forEach(follow);
    recordUntil(gap.fromMs);
    atMs = endOfGap(
      gap,
      takeWhile(steps, (step) => happenedWithin(step, gap)),
    );
  }
  steps.forEach(follow);
  recordUntil(lastRecordedMs(run, nowMs));
  return spans;
}

/**
 * Gaps and steps are two lists, and a clock that was set back repeats its times. A gap whose ends are
 * as far apart as it lasted can hold no step, except one that was found at its end.
 */
function happenedBefore(step: ClockStep, gap: SampleGap): boolean {
  if (step.beforeMs < gap.fromMs) return true;
  return !holdsStep(gap) && step.beforeMs < gap.fromMs + gap.durationMs - STEP_TOLERANCE_MS;
}

function happenedWithin(step: ClockStep, gap: SampleGap): boolean {
  return (
    step.beforeMs >= gap.fromMs && step.beforeMs <= gap.fromMs + gap.durationMs + STEP_TOLERANCE_MS
  );
}

function holdsStep(gap: SampleGap): boolean {
  return Math.abs(gap.toMs - gap.fromMs - gap.durationMs) > STEP_TOLERANCE_MS;
}

/** The wall time at the end of a gap, by the clock as the last step within it set it. */
function endOfGap(gap: SampleGap, steps: readonly ClockStep[]): number {
  const last = steps.at(-1);
  if (last === undefined) return Math.max(gap.fromMs, gap.toMs);
  const beforeStepMs = steps.reduce(
    (sum, step, at) => sum + step.beforeMs - (steps[at - 1]?.afterMs ?? gap.fromMs),
    0,
  );
  return last.afterMs + Math.max(0, gap.durationMs - beforeStepMs);
}

/** Takes the first elements off a list, as long as they belong. */
function takeWhile<T>(list: T[], belongs: (element: T) => boolean): T[] {
  const end = list.findIndex((element) => !belongs(element));
  return list.splice(0, end === -1 ? list.length : end);
}

function lastRecordedMs(run: SampledRun, nowMs: number): number {
  return isRunning(run, nowMs) ? nowMs : run.lastTickMs;
}

function upToNow(within: Span, nowMs: number): Span {
  return {
    fromMs: within.fromMs,
    toMs: Math.max(within.fromMs, Math.min(within.toMs, nowMs)),
  };
}
