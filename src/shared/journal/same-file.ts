import { statSync } from 'node:fs';
import { asJournalError } from './errors.js';

/** Which file a path leads to, whatever it is called. No other file has it as long as that one is open. */
export interface FileIdentity {
  dev: bigint;
  ino: bigint;
}

/**
 * The identity of the file at `path`.
 *
 * @throws JournalError when there is none
 */
export function fileIdentity(path: string): FileIdentity {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return { dev, ino };
  } catch (error) {
    throw asJournalError('cannot find the journal', path, error);
  }
}

/**
 * Whether `path` still leads to the file that was opened there. SQLite goes on writing to a file that
 * was moved or removed, which would never be read. A file that can't be examined is not taken for removed.
 */
export function compareFile(
  path: string,
  opened: FileIdentity,
): 'same' | 'other' | 'none' | 'unknown' {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) return 'none';
    return found.dev === opened.dev && found.ino === opened.ino ? 'same' : 'other';
  } catch {
    return 'unknown';
  }
}
