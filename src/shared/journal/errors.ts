import { toMessage, PsusageError } from '../errors.js';
import { SQLite } from './sqlite.js';

/** The journal can't be opened, read or written. `code` is SQLite's own where there is one. */
export class JournalError extends PsusageError {}

/** Nothing was ever recorded there, or the path is another's. */
export function noJournal(path: string, cause?: unknown): JournalError {
  return new JournalError('NO_JOURNAL', `there is no journal at ${path}`, {
    hint: 'start recording with: psusage record, or name the journal with --journal',
    cause,
  });
}

const HINTS: Record<string, string> = {
  SQLITE_CANTOPEN: 'check that the folder exists and that this user may open the file',
  SQLITE_READONLY: 'this user may not write to the file or its folder',
  SQLITE_FULL: 'free some space on this disk',
  SQLITE_IOERR:
    'a quota may be used up, or the disk read-only or broken; check the kernel log (dmesg)',
  SQLITE_NOTADB: 'this file is not a journal; name another with --journal',
  SQLITE_CORRUPT:
    'the journal is damaged; the recorder sets it aside and starts a new one; psusage salvage copies what can be read',
  SQLITE_BUSY: 'another program has locked the journal; find it with: fuser <journal>',
  EACCES: 'this user may not read it; ask the administrator to add you to the folder’s group',
};

/** Puts SQLite's or the system's words, the journal's path and a hint into one error; other errors pass as they are. */
export function asJournalError(doing: string, path: string, error: unknown): Error {
  if (isOfSqliteOrSystem(error)) {
    const family = error.code.split('_').slice(0, 2).join('_');
    const hint = HINTS[family];
    return new JournalError(error.code, `${doing} ${path}: ${error.message}`, {
      hint,
      cause: error,
    });
  }
  return error instanceof Error ? error : new Error(toMessage(error));
}

function isOfSqliteOrSystem(error: unknown): error is Error & { code: string } {
  return (
    error instanceof SQLite.SqliteError ||
    (error instanceof Error && 'syscall' in error && 'code' in error)
  );
}

const PASSING = [
  'SQLITE_FULL',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_IOERR',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EMFILE',
  'ENFILE',
];

/** Whether the file itself is not in order, and will not be by waiting. */
export function isDamage(error: unknown): error is JournalError {
  return (
    error instanceof JournalError &&
    (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB')
  );
}

/** Whether the same write may succeed later: a full disk is emptied, a lock is released. */
export function isPassing(error: unknown): error is JournalError {
  return error instanceof JournalError && PASSING.some((family) => error.code.startsWith(family));
}
