import type { RecorderRun } from './data/runs.js';

/** How exact the figures of a run are. */
export type Precision = Pick<RecorderRun, 'precision' | 'areAgesKnown'>;

/** What was less exact in any of these runs, as JSON documents say it. */
export function precisionOf(runs: readonly Precision[]) {
  return {
    coarseCpuTime: runs.some(({ precision }) => precision === 'pcpu'),
    unknownAges: runs.some(({ areAgesKnown }) => !areAgesKnown),
  };
}
