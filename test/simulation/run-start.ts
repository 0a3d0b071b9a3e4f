import type { RunStart } from '../../src/record/journal/recorder-run.js';

/** How a run on a simulated machine begins: everything is recorded, a sample a second. */
export function simulatedRun(start: Partial<RunStart> & { anchorMs: number }): RunStart {
  return {
    pid: 4_242,
    version: '0.0.0',
    host: 'simulated',
    vcpus: 2,
    programs: [],
    users: [],
    forks: true,
    intervalMs: 1_000,
    visibility: 'all',
    precision: 'cuu',
    startedMs: start.anchorMs,
    ...start,
  };
}
