import type { Random } from '../loads/random.js';
import type { Account } from './host.js';
import { pick, weighted } from './pick.js';

/** What the processes of a site are, and how many of a hundred. */
const KINDS = weighted(
  [
    { program: 'php-fpm', command: 'php-fpm8.2', percent: 86 },
    { program: 'cron', command: 'sh', percent: 5 },
    { program: 'cron', command: 'php8.2', percent: 6 },
    { program: 'git', command: 'git', percent: 3 },
  ],
  ({ percent }) => percent,
);

/** Of one of a site's processes. */
export function siteAccount(
  { uid, name }: { readonly uid: number; readonly name: string },
  random: Random,
): Account {
  const { program, command } = pick(KINDS, random);
  return { uid, user: name, program, command };
}
