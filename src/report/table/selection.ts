import type { RecorderRun } from '../data/runs.js';
import { listed } from './text.js';

/** What a run recorded: `every program`, `php-fpm with forks`, `mysqld without forks of foo`. */
export function selectionInWords({
  programs,
  users,
  forks,
}: Pick<RecorderRun, 'programs' | 'users' | 'forks'>): string {
  const what = programs.length === 0 ? 'every program' : listed(programs);
  const whose = users.length === 0 ? '' : ` of ${listed(users)}`;
  const related = programs.length === 0 ? '' : ` ${forks ? 'with' : 'without'} forks`;
  return what + related + whose;
}

/** Whether a run left out processes because it was told to. */
export function isSelective({ programs, users }: RecorderRun): boolean {
  return programs.length > 0 || users.length > 0;
}
