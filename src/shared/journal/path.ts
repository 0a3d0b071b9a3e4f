import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UsageError } from '../errors.js';

const NAME_ONE = 'name a file with --journal';

/** The default path of the journal, for help. */
export const DEFAULT_JOURNAL_TEXT =
  '/var/lib/psusage/psusage.db for root, $XDG_STATE_HOME/psusage/psusage.db for others';

/**
 * The path of the journal: the named one, or else the default.
 *
 * @throws UsageError when its name is empty, has blanks at its ends, or none is named and there is no default
 */
export function journalPath(
  named: string | undefined,
  uid: number,
  env: { XDG_STATE_HOME?: string | undefined },
): string {
  if (named === undefined) return defaultJournalPath(uid, env);
  if (named.trim() === '') throw new UsageError('the journal’s path is empty', NAME_ONE);
  // better-sqlite3 cuts blanks off the ends of a path, and would open another file.
  if (named.trim() !== named) {
    throw new UsageError('the journal’s path begins or ends with a space', NAME_ONE);
  }
  return named;
}

/** The system's for root, one's own for others. */
function defaultJournalPath(uid: number, env: { XDG_STATE_HOME?: string | undefined }): string {
  if (uid === 0) return '/var/lib/psusage/psusage.db';
  // What is empty or relative counts as not set: XDG Base Directory Specification.
  const named = env.XDG_STATE_HOME ?? '';
  const stateHome = isAbsolute(named) ? named : join(findHome(uid), '.local', 'state');
  return join(stateHome, 'psusage', 'psusage.db');
}

function findHome(uid: number): string {
  const home = readHome();
  if (isAbsolute(home)) return home;
  throw new UsageError(`uid ${uid} has no home folder for a journal`, NAME_ONE);
}

/** Fails for a uid that is in no list of users when HOME is not set. */
function readHome(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}
