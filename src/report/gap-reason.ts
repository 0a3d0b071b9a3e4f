import type { GapReason } from './data/coverage.js';
import type { RecorderRun } from './data/runs.js';
import type { Span } from './data/spans.js';

const WITHIN_A_RUN: Record<GapReason, string> = {
  ps: 'ps gave no usable answer',
  late: 'the recorder was held up',
  suspended: 'the host was suspended',
  journal: 'the journal could not be written',
  damaged: 'the journal was damaged',
};

const AFTER_A_RUN = {
  stopped: 'the recorder was stopped',
  failed: 'the recorder failed',
  crashed: 'the recorder was killed',
  rebooted: 'the host was rebooted',
  unknown: 'no sign of life from the recorder',
} as const;

/** Why nothing was recorded in a stretch, as far as the runs of the period tell. */
export function gapReason(stretch: Span, runs: readonly RecorderRun[]): string {
  const ended = runs.findLast((run) => run.lastTickMs === stretch.fromMs);
  if (ended !== undefined) return AFTER_A_RUN[ended.endReason ?? 'unknown'];
  for (const run of runs) {
    const gap = run.gaps.find((each) => each.fromMs < stretch.toMs && each.toMs > stretch.fromMs);
    if (gap !== undefined) return WITHIN_A_RUN[gap.reason];
  }
  return 'no recorder ran';
}
