import type { RecorderRun } from './data/runs.js';

/** Whether every process of the host could be seen: nothing was left out, and nothing was hidden. */
export function isWholeHost(
  runs: readonly Pick<RecorderRun, 'programs' | 'users' | 'visibility'>[],
): boolean {
  return runs.every(
    ({ programs, users, visibility }) =>
      programs.length === 0 && users.length === 0 && visibility === 'all',
  );
}
