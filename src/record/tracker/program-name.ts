import { toMessage, UsageError } from '../../shared/errors.js';
import { isShellGlob, shellGlob } from '../../shared/shell-glob.js';

const DOTTED_VERSION = /-?\d+(\.\d+)+$/;
const TRAILING_NUMBER = /(?:[-_.]?\d)+$/;

/** A program as named on the command line, and the test for a process's own name. */
export interface ProgramName {
  program: string;
  matches(comm: string): boolean;
}

/** The kernel keeps this many characters of a process's name. */
const COMM_LENGTH = 15;

const VERSION = /^(-?\d+|\.\d+)(\.\d+)*$/;
const CUT_VERSION = /^-?\d*(\.\d*)*$/;

/**
 * A name matches, case-sensitively, the same `comm`; the same with a version at its end
 * (`php-fpm8.2`); either of them cut to the kernel's 15 characters; or as a shell glob (`php*`).
 *
 * @throws UsageError when it can be no process's name
 */
export function programName(program: string): ProgramName {
  if (program.trim() === '' || program.includes('\n')) {
    throw new UsageError('a program needs a name');
  }
  if (program.startsWith('/')) {
    const name = program.replace(/^.*\/(?=.)/, '');
    throw new UsageError(
      `'${program}' is a path; give the name of the process`,
      `psusage record ${name}`,
    );
  }
  if (!isShellGlob(program)) return { program, matches: (comm) => isNamed(comm, program) };
  const glob = parseGlob(program);
  return { program, matches: (comm) => comm === program || glob.test(comm) };
}

function isNamed(comm: string, program: string): boolean {
  if (comm === program || comm === program.slice(0, COMM_LENGTH)) return true;
  if (!comm.startsWith(program)) return false;
  const version = comm.slice(program.length);
  return VERSION.test(version) || (comm.length === COMM_LENGTH && CUT_VERSION.test(version));
}

function parseGlob(program: string): RegExp {
  try {
    return shellGlob(program);
  } catch (error) {
    throw new UsageError(`'${program}' is not a shell glob: ${toMessage(error)}`);
  }
}

/**
 * The program that a process counts for when everything is recorded: its own name without a dotted
 * version (`php-fpm8.2` → `php-fpm`), and for kernel threads without what tells one from the next
 * (`kworker/0:1-events` → `kworker`, `kswapd0` → `kswapd`).
 */
export function foldName(comm: string, { isKernelThread }: { isKernelThread: boolean }): string {
  if (isKernelThread) {
    const [family = comm, ...rest] = comm.split('/');
    return (rest.length > 0 ? family : comm.replace(TRAILING_NUMBER, '')) || comm;
  }
  return comm.replace(DOTTED_VERSION, '') || comm;
}
