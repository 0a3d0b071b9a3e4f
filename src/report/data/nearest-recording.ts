import { recordedSpans } from './coverage.js';
import type { RecorderRun } from './runs.js';
import type { Span } from './spans.js';

/** The recorded moment nearest to a stretch in which nothing was, and the run that recorded it. */
export interface Neighbour {
  atMs: number;
  run: RecorderRun;
}

export interface Neighbours {
  before?: Neighbour;
  after?: Neighbour;
}

/** When something was recorded last before and first after a stretch. */
export function neighboursOf(
  runs: readonly RecorderRun[],
  stretch: Span,
  nowMs: number,
): Neighbours {
  const neighbours: Neighbours = {};
  for (const run of runs) {
    for (const { fromMs, toMs } of recordedSpans(run, nowMs)) {
      if (toMs <= stretch.fromMs && toMs > (neighbours.before?.atMs ?? -Infinity)) {
        neighbours.before = { atMs: toMs, run };
      }
      if (fromMs >= stretch.toMs && fromMs < (neighbours.after?.atMs ?? Infinity)) {
        neighbours.after = { atMs: fromMs, run };
      }
    }
  }
  return neighbours;
}
