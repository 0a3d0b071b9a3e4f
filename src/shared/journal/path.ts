import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the journal is when nobody says otherwise: the system's for root, one's own for others.
 */
export function defaultJournalPath(
  uid: number,
  env: { XDG_STATE_HOME?: string | undefined },
): string {
  if (uid === 0) return '/var/lib/psusage/psusage.db';
  const stateHome = env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');
  return join(stateHome, 'psusage', 'psusage.db');
}
