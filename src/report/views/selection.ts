import type { RecorderRun } from '../data/runs.js';
import { sanitize } from '../../shared/sanitize.js';

/** No list of names takes more room than this. */
const MAX_LISTED_NAMES = 12;

/** What a run recorded: `every program`, `php-fpm with forks`, `mariadbd without forks of foo`. */
export function formatSelection({
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
export function isSelective({ programs, users }: Pick<RecorderRun, 'programs' | 'users'>): boolean {
  return programs.length > 0 || users.length > 0;
}

/** `a`, `a and b`, `a, b and c`; a long list ends in how many more there are. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED_NAMES).map(sanitize);
  const more = names.length - shown.length;
  if (more > 0) shown.push(`${more} more`);
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
