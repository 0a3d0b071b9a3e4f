import picomatch from 'picomatch';
import { UsageError } from '../../shared/errors.js';

/** A program as named on the command line, and the test for a process's own name. */
export interface ProgramName {
  program: string;
  matches(comm: string): boolean;
}

/** The kernel keeps this many characters of a process's name. */
const COMM_LENGTH = 15;

const GLOB_CHARACTERS = /[*?[]/;
const VERSION = /^-?\d+(\.\d+)*$/;
const CUT_VERSION = /^-?\d*(\.\d*)*$/;

/**
 * A name matches, case-sensitively, the same `comm`; the same with a version at its end
 * (`php-fpm8.2`); either of them cut to the kernel's 15 characters; or as a shell glob (`php*`).
 *
 * @throws UsageError when it can be no process's name
 */
export function programName(program: string): ProgramName {
  if (program === '' || program.includes('\n')) throw new UsageError('a program needs a name');
  if (program.includes('/') && program.startsWith('/')) {
    throw new UsageError(
      `'${program}' is a path, and processes are known by name`,
      `psusage record ${program.slice(program.lastIndexOf('/') + 1)}`,
    );
  }
  return {
    program,
    matches: GLOB_CHARACTERS.test(program)
      ? globMatcher(program)
      : (comm) => isNamed(comm, program),
  };
}

function isNamed(comm: string, program: string): boolean {
  if (comm === program || comm === program.slice(0, COMM_LENGTH)) return true;
  if (!comm.startsWith(program)) return false;
  const version = comm.slice(program.length);
  return VERSION.test(version) || (comm.length === COMM_LENGTH && CUT_VERSION.test(version));
}

/** A slash is a character like others in a process's name (`kworker/0:1`), not a border of folders. */
function globMatcher(pattern: string): (comm: string) => boolean {
  const matches = picomatch(withoutSlashes(pattern), {
    dot: true,
    nobrace: true,
    noextglob: true,
    nonegate: true,
  });
  return (comm) => matches(withoutSlashes(comm));
}

function withoutSlashes(text: string): string {
  return text.replaceAll('/', '\u2215');
}
