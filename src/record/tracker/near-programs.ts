import { nearNames } from '../../shared/near-names.js';
import type { ProgramName } from './program-name.js';

/** Names under which the same program runs: by its distribution, after a fork of the project, or by its age. */
const SAME_PROGRAM: readonly (readonly string[])[] = [
  ['mysqld', 'mysql', 'mariadbd', 'mariadb'],
  ['apache2', 'apache', 'httpd'],
  ['redis-server', 'redis', 'valkey-server', 'keydb-server'],
  ['named', 'bind9', 'bind'],
  ['postgres', 'postgresql', 'postmaster'],
  ['php-fpm', 'php-cgi', 'lsphp'],
  ['cron', 'crond'],
  ['sshd', 'ssh', 'openssh'],
  ['exim4', 'exim'],
  ['postfix', 'master'],
  ['openlitespeed', 'litespeed', 'lshttpd'],
  ['node', 'nodejs', 'MainThread'],
  ['tomcat', 'elasticsearch', 'jenkins', 'java'],
];

const MAX_SHOWN = 5;

/**
 * Names of running programs that may be meant by one that none of them matches: those of the same program first,
 * then those that are spelt alike.
 *
 * @param running processes' own names
 */
export function nearPrograms(missing: ProgramName, running: Iterable<string>): string[] {
  const known = [...new Set(running)];
  const others = SAME_PROGRAM.filter((names) => names.some((name) => missing.matches(name))).flat();
  const renamed = known.filter((comm) => others.includes(comm));
  const spelt = missing.program.replace(/[*?[\]]/g, '');
  return [...new Set([...renamed, ...nearNames(spelt, known)])].slice(0, MAX_SHOWN);
}
