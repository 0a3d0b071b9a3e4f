import type { RecorderRuns } from '../runs.js';

/** On four vCPUs: ninety days, the last of which is not over. */
export const EXAMPLE_FROM_MS = Date.parse('2026-08-28T00:00:00Z');
export const EXAMPLE_TO_MS = Date.parse('2026-11-25T16:30:00Z');

/** The recorder was stopped for some hours of a night. */
const STOPPED = span('2026-10-07T01:15:00Z', '2026-10-07T03:30:00Z');

/** On one day ps failed for so long that the day does not count. */
const FAILED = [
  span('2026-10-20T08:00:00Z', '2026-10-20T10:00:00Z'),
  span('2026-10-20T11:30:00Z', '2026-10-20T13:30:00Z'),
  span('2026-10-20T14:00:00Z', '2026-10-20T16:00:00Z'),
];

/** The recorder of the example's host. */
export const EXAMPLE_RECORDER: RecorderRuns = {
  vcpus: 4,
  runs: [
    { fromMs: EXAMPLE_FROM_MS, toMs: STOPPED.fromMs },
    { fromMs: STOPPED.toMs, toMs: EXAMPLE_TO_MS },
  ],
  gaps: FAILED,
};

function span(from: string, to: string): { fromMs: number; toMs: number } {
  return { fromMs: Date.parse(from), toMs: Date.parse(to) };
}
