import { toRecordedSpans } from './coverage.js';
import type { RecorderRun } from '../data/runs.js';
import type { Span } from '../../shared/days.js';

/** The recorded moment nearest to a stretch in which nothing was, and the run that recorded it. */
export interface NearestRecording {
  atMs: number;
  run: RecorderRun;
}

export interface NearestRecordings {
  before?: NearestRecording;
  after?: NearestRecording;
}

/** When something was recorded last before and first after a stretch. */
export function findNearestRecordings(
  runs: readonly RecorderRun[],
  stretch: Span,
  nowMs: number,
): NearestRecordings {
  const nearest: NearestRecordings = {};
  for (const run of runs) {
    for (const { fromMs, toMs } of toRecordedSpans(run, nowMs)) {
      if (toMs <= stretch.fromMs && toMs > (nearest.before?.atMs ?? -Infinity)) {
        nearest.before = { atMs: toMs, run };
      }
      if (fromMs >= stretch.toMs && fromMs < (nearest.after?.atMs ?? Infinity)) {
        nearest.after = { atMs: fromMs, run };
      }
    }
  }
  return nearest;
}
