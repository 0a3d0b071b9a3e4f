import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { PsusageError } from '../../../src/shared/errors.js';
import { asJournalError, isPassing, JournalError } from '../../../src/shared/journal/errors.js';

const PATH = '/var/lib/psusage/psusage.db';

function sqlite(code: string, words = 'words of SQLite'): Error {
  return asJournalError('cannot write to', PATH, new Database.SqliteError(words, code));
}

test('says what was done, to which journal, and what SQLite said', () => {
  const error = sqlite('SQLITE_FULL', 'database or disk is full');
  expect(error).toBeInstanceOf(JournalError);
  expect(error).toMatchObject({
    code: 'SQLITE_FULL',
    message: `cannot write to ${PATH}: database or disk is full`,
    hint: 'free some space on this disk',
  });
  expect(error.cause).toBeInstanceOf(Database.SqliteError);
});

test.each([
  ['SQLITE_READONLY_DIRECTORY', 'may not write'],
  ['SQLITE_CANTOPEN_ISDIR', 'the folder exists'],
  ['SQLITE_BUSY_SNAPSHOT', 'fuser'],
  ['SQLITE_CORRUPT_VTAB', 'psusage salvage'],
])('gives %s the hint of its family', (code, words) => {
  expect(sqlite(code)).toMatchObject({ code, hint: expect.stringContaining(words) as string });
});

test('gives no hint where there is none to give', () => {
  expect(sqlite('SQLITE_MISMATCH')).toMatchObject({ hint: undefined });
});

test('takes a refusal by the system in the same way', () => {
  const refused = Object.assign(new Error('EACCES: permission denied'), {
    code: 'EACCES',
    syscall: 'open',
  });
  expect(asJournalError('cannot read the journal', PATH, refused)).toMatchObject({
    code: 'EACCES',
    message: `cannot read the journal ${PATH}: EACCES: permission denied`,
    hint: expect.stringContaining('group') as string,
  });
});

test('passes on what is no failure of the journal', () => {
  const own = new JournalError('LOCKED', 'held');
  const usage = new PsusageError('OTHER', 'other');
  const bug = new TypeError('x is not a function');
  for (const error of [own, usage, bug]) expect(asJournalError('cannot', PATH, error)).toBe(error);
  expect(asJournalError('cannot', PATH, 'text')).toMatchObject({ message: 'text' });
});

test.each([
  'SQLITE_FULL',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_IOERR_WRITE',
  'SQLITE_CANTOPEN',
])('expects a write that failed with %s to succeed later', (code) => {
  expect(isPassing(sqlite(code))).toBe(true);
});

test.each(['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_CONSTRAINT_CHECK', 'SQLITE_ERROR'])(
  'expects no write to succeed after %s',
  (code) => {
    expect(isPassing(sqlite(code))).toBe(false);
  },
);

test('calls nothing passing that is no failure of the journal', () => {
  expect(isPassing(new Database.SqliteError('full', 'SQLITE_FULL'))).toBe(false);
  expect(isPassing(new Error('SQLITE_FULL'))).toBe(false);
  expect(isPassing(undefined)).toBe(false);
});
